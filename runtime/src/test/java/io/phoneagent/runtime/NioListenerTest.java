// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phoneagent.spi.ListenerPort;
import io.phoneagent.spi.NetworkBinding;
import io.phoneagent.spi.StreamPort;
import io.phoneagent.spi.StreamReceiver;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** TCP connections that the real loop takes, on the real loopback. */
class NioListenerTest {
  private final List<Throwable> defects = new CopyOnWriteArrayList<>();
  private final NioLoop loop = NioLoop.start("test-loop", defects::add);
  private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();
  private final BlockingQueue<StreamPort> streams = new LinkedBlockingQueue<>();

  @AfterEach
  void close() {
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
      seen.add(StandardCharsets.US_ASCII.decode(data).toString() + " " + loop.inLoop());
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

  private static InetSocketAddress anyPort() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  private Optional<StreamReceiver> take(StreamPort stream, InetSocketAddress from) {
    seen.add("from " + from.getAddress().getHostAddress() + " " + loop.inLoop());
    stream.send(octets("early "));
    streams.add(stream);
    return Optional.of(new Told());
  }

  private static ByteBuffer octets(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static Socket connect(ListenerPort listener) throws IOException {
    Socket socket = new Socket(listener.local().getAddress(), listener.local().getPort());
    socket.setSoTimeout(10_000);
    return socket;
  }

  private void carriesBothWays(NetworkBinding network) throws Exception {
    ListenerPort listener = network.openListener(anyPort(), this::take);
    try (Socket socket = connect(listener)) {
      assertThat(next()).isEqualTo("from 127.0.0.1 true");
      assertThat(next()).isEqualTo("connected true");
      StreamPort stream = streams.remove();
      assertThat(stream.local()).isEqualTo(listener.local());
      socket.getOutputStream().write("hello".getBytes(StandardCharsets.US_ASCII));
      assertThat(next()).isEqualTo("hello true");
      stream.send(octets("late"));
      assertThat(new String(socket.getInputStream().readNBytes(10), StandardCharsets.US_ASCII))
          .isEqualTo("early late");
    }
    assertThat(next()).isEqualTo("closed: closed by the other end");
    listener.close();
  }

  @Test
  void takesConnectionsAndCarriesBothWays() throws Exception {
    carriesBothWays(new SystemNetwork(loop));
  }

  /** What a vendor's own loop takes is heard on ours. */
  @Test
  void soItDoesForVendors() throws Exception {
    try (NioLoop vendors = NioLoop.start("vendor-loop", defects::add)) {
      carriesBothWays(new LoopedNetwork(new SystemNetwork(vendors), loop, loop::inLoop));
    }
  }

  private void closesWhatIsNotTaken(NetworkBinding network) throws IOException {
    ListenerPort listener = network.openListener(anyPort(), (stream, from) -> Optional.empty());
    try (Socket socket = connect(listener)) {
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }
    listener.close();
  }

  @Test
  void whatIsNotTakenIsClosed() throws IOException {
    closesWhatIsNotTaken(new SystemNetwork(loop));
    try (NioLoop vendors = NioLoop.start("vendor-loop", defects::add)) {
      closesWhatIsNotTaken(new LoopedNetwork(new SystemNetwork(vendors), loop, loop::inLoop));
    }
    assertThat(seen).isEmpty();
  }

  @Test
  void closedItTakesNoMoreAndKeepsWhatItTook() throws Exception {
    ListenerPort listener = loop.openListener(anyPort(), this::take);
    try (Socket socket = connect(listener)) {
      assertThat(next()).startsWith("from");
      assertThat(next()).startsWith("connected");
      listener.close();
      listener.close();
      socket.getOutputStream().write('x');
      assertThat(next()).isEqualTo("x true");
      loop.execute(() -> seen.add("turned")); // the selector lets go of a channel at its next turn
      assertThat(next()).isEqualTo("turned");
      loop.execute(() -> seen.add("turned"));
      assertThat(next()).isEqualTo("turned");
      assertThatThrownBy(() -> connect(listener).close()).isInstanceOf(ConnectException.class);
    }
  }

  @Test
  void aPortIsTakenOnce() throws IOException {
    ListenerPort listener = loop.openListener(anyPort(), this::take);
    assertThatThrownBy(() -> loop.openListener(listener.local(), this::take))
        .isInstanceOf(BindException.class);
    listener.close();
  }

  @Test
  void withTheLoopItsConnectionsEnd() throws Exception {
    ListenerPort listener = loop.openListener(anyPort(), this::take);
    try (Socket socket = connect(listener)) {
      assertThat(next()).startsWith("from");
      assertThat(next()).startsWith("connected");
      loop.close();
      assertThat(socket.getInputStream().readAllBytes()).hasSize(6);
    }
  }

  @Test
  void aDefectiveAcceptorCostsItsConnection() throws Exception {
    ListenerPort listener =
        loop.openListener(
            anyPort(),
            (stream, from) -> {
              throw new IllegalStateException("a defect");
            });
    try (Socket socket = connect(listener)) {
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }
    // It is closed before it is told.
    loop.execute(() -> seen.add("told"));
    assertThat(next()).isEqualTo("told");
    assertThat(defects).hasSize(1).first().asString().contains("a defect");
    defects.clear();
  }
}
