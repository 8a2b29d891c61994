// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.flow.FlowSource;
import io.phoneagent.protocol.AddressLiteral;
import io.phoneagent.runtime.NioLoop;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
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

/** A switch with two addresses: 127.0.0.1 and 127.0.0.2, on real sockets. */
class LocalSocketsTest {
  private final List<Throwable> defects = new CopyOnWriteArrayList<>();
  private final NioLoop loop = NioLoop.start("test-loop", defects::add);
  private final BlockingQueue<FlowSource> sources = new LinkedBlockingQueue<>();
  private LocalSockets sockets;
  private DatagramSocket phone;

  @BeforeEach
  void open() throws Exception {
    sockets =
        new LocalSockets(
            loop,
            new InetSocketAddress(0),
            List.of(ip("127.0.0.1"), ip("127.0.0.2")),
            (data, from) -> sources.add(from));
    phone = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    phone.setSoTimeout(10_000);
  }

  @AfterEach
  void close() {
    phone.close();
    sockets.close();
    loop.close();
    assertThat(defects).isEmpty();
  }

  private static InetAddress ip(String literal) {
    return AddressLiteral.parse(literal).orElseThrow();
  }

  private FlowSource sendTo(String address) throws Exception {
    byte[] message = {'h', 'i'};
    phone.send(new DatagramPacket(message, message.length, ip(address), sockets.local().getPort()));
    FlowSource from = sources.poll(10, TimeUnit.SECONDS);
    assertThat(from).isNotNull();
    assertThat(from.address()).isEqualTo(phone.getLocalSocketAddress());
    return from;
  }

  private String answerTo(FlowSource source) throws Exception {
    loop.execute(
        () -> sockets.send(ByteBuffer.wrap("answer".getBytes(StandardCharsets.US_ASCII)), source));
    DatagramPacket answer = new DatagramPacket(new byte[100], 100);
    phone.receive(answer);
    return answer.getAddress().getHostAddress();
  }

  @Test
  void eachIsAnsweredFromTheAddressItSentTo() throws Exception {
    assertThat(answerTo(sendTo("127.0.0.1"))).isEqualTo("127.0.0.1");
    assertThat(answerTo(sendTo("127.0.0.2"))).isEqualTo("127.0.0.2");
  }

  @Test
  void aSourceThatIsForgedTowardsAnotherAddressIsAnotherSource() throws Exception {
    FlowSource phones = sendTo("127.0.0.2");
    FlowSource forged = sendTo("127.0.0.1");
    assertThat(forged).isNotEqualTo(phones);
    assertThat(answerTo(phones)).as("as before").isEqualTo("127.0.0.2");
  }

  @Test
  void whoHasNotBeenHeardYetIsSentToFromTheFirstAddressOfItsKind() throws Exception {
    InetSocketAddress address = (InetSocketAddress) phone.getLocalSocketAddress();
    assertThat(sockets.likeliest(address)).isEqualTo(sendTo("127.0.0.1"));
    assertThat(answerTo(sockets.likeliest(address))).isEqualTo("127.0.0.1");
  }
}
