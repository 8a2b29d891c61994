// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.spi.StreamPort;
import io.phoneagent.spi.StreamReceiver;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** TCP connections of the real loop, on the real loopback. */
class NioStreamTest {
  private final List<Throwable> defects = new CopyOnWriteArrayList<>();
  private final NioLoop loop = NioLoop.start("test-loop", defects::add);
  private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();
  private ServerSocket server;

  @BeforeEach
  void listen() throws IOException {
    server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
  }

  @AfterEach
  void close() throws IOException {
    server.close();
    loop.close();
    assertThat(defects).isEmpty();
  }

  private final class Told implements StreamReceiver {
    @Override
    public void connected() {
      seen.add("connected " + loop.inLoop());
    }

    @Override
    public void received(ByteBuffer data) {
      seen.add(StandardCharsets.US_ASCII.decode(data).toString());
    }

    @Override
    public void closed(String cause) {
      seen.add("closed: " + cause);
    }
  }

  private String next() throws InterruptedException {
    String next = seen.poll(10, TimeUnit.SECONDS);
    return next == null ? "nothing" : next;
  }

  private StreamPort open(int port) throws IOException {
    InetAddress here = InetAddress.getLoopbackAddress();
    return loop.openStream(
        new InetSocketAddress(here, 0), new InetSocketAddress(here, port), new Told());
  }

  private static ByteBuffer octets(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
  }

  @Test
  void connectsAndCarriesBothWays() throws Exception {
    StreamPort stream = open(server.getLocalPort());
    stream.send(octets("early ")); // before it is up
    try (Socket accepted = server.accept()) {
      assertThat(accepted.getPort()).isEqualTo(stream.local().getPort());
      assertThat(next()).isEqualTo("connected true");
      stream.send(octets("late"));
      assertThat(new String(accepted.getInputStream().readNBytes(10), StandardCharsets.US_ASCII))
          .isEqualTo("early late");
      accepted.getOutputStream().write("hello".getBytes(StandardCharsets.US_ASCII));
      assertThat(next()).isEqualTo("hello");
    }
    assertThat(next()).isEqualTo("closed: closed by the other end");
    stream.send(octets("nobody hears it"));
  }

  @Test
  void tellsThatNobodyListens() throws Exception {
    int port = server.getLocalPort();
    server.close();
    StreamPort stream = open(port);
    assertThat(next()).isEqualTo("closed: Connection refused");
    stream.close();
    assertThat(seen).isEmpty();
  }

  @Test
  void afterClosingItIsSilent() throws Exception {
    StreamPort stream = open(server.getLocalPort());
    try (Socket accepted = server.accept()) {
      assertThat(next()).isEqualTo("connected true");
      stream.close();
      stream.close();
      InputStream in = accepted.getInputStream();
      assertThat(in.read()).isEqualTo(-1);
    }
    StreamPort another = open(server.getLocalPort());
    assertThat(next()).isEqualTo("connected true"); // and nothing of the first before it
    another.close();
  }

  @Test
  void whatDoesNotFitWaitsAndAnEndWhoTakesNothingIsGivenUp() throws Exception {
    StreamPort stream = open(server.getLocalPort());
    try (Socket accepted = server.accept()) {
      assertThat(next()).isEqualTo("connected true");
      ByteBuffer much = ByteBuffer.allocate(100_000);
      // The kernel takes some megabytes of them; then they wait here; then it is enough.
      for (int i = 0; i < 1_000 && seen.isEmpty(); i++) {
        stream.send(much.duplicate());
      }
      assertThat(next()).isEqualTo("closed: the other end does not take what it is sent");
      assertThat(accepted.isConnected()).isTrue();
    }
  }

  @Test
  void aSlowEndGetsAllOfItInOrder() throws Exception {
    StreamPort stream = open(server.getLocalPort());
    try (Socket accepted = server.accept()) {
      accepted.setReceiveBufferSize(4_096);
      assertThat(next()).isEqualTo("connected true");
      byte[] sent = new byte[200_000];
      for (int i = 0; i < sent.length; i++) {
        sent[i] = (byte) (i * 31);
      }
      for (int i = 0; i < sent.length; i += 50_000) {
        stream.send(ByteBuffer.wrap(sent, i, 50_000));
      }
      assertThat(accepted.getInputStream().readNBytes(sent.length)).isEqualTo(sent);
    }
  }
}
