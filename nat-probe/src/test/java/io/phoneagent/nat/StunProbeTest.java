// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.flow.StunMessage;
import io.phoneagent.flow.StunWriter;
import io.phoneagent.flow.TransactionId;
import io.phoneagent.spi.DatagramPort;
import io.phoneagent.spi.NetworkBinding;
import io.phoneagent.spi.Probe;
import io.phoneagent.spi.ProbeAnswer;
import io.phoneagent.spi.PublicAddressProbe;
import io.phoneagent.testkit.NatBehaviour;
import io.phoneagent.testkit.VirtualHost;
import io.phoneagent.testkit.VirtualNat;
import io.phoneagent.testkit.VirtualNetwork;
import io.phoneagent.testkit.VirtualTime;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A phone behind a firewall, and a STUN server outside; a round trip takes 40 ms. */
class StunProbeTest {
  private final VirtualTime time = new VirtualTime();
  private final VirtualNetwork network = new VirtualNetwork(time, 1);
  // One that lets everybody in, so that it is the probe that refuses.
  private final VirtualNat nat =
      network.nat(
          "203.0.113.11",
          new NatBehaviour(
              NatBehaviour.Dependence.ENDPOINT_INDEPENDENT,
              NatBehaviour.Dependence.ENDPOINT_INDEPENDENT,
              Duration.ofSeconds(30)));
  private final VirtualHost phone = nat.host("192.168.1.100");
  private final VirtualHost outside = network.host("198.51.100.7");
  private final List<TransactionId> asked = new ArrayList<>();
  private final List<String> lookedUp = new ArrayList<>();
  private CompletableFuture<List<InetAddress>> names = new CompletableFuture<>();
  private boolean answers = true;
  private DatagramPort server;
  private InetSocketAddress client = new InetSocketAddress(0);

  private final class Context extends VirtualContext {
    Context() {
      super(time);
    }

    @Override
    public NetworkBinding network() {
      return phone.network();
    }

    @Override
    public CompletionStage<List<InetAddress>> resolve(String host) {
      lookedUp.add(host);
      return names;
    }
  }

  @BeforeEach
  void plugIn() throws IOException {
    network.delay(Duration.ofMillis(20));
    server =
        outside.loop().openDatagram(new InetSocketAddress(outside.address(), 3478), this::hear);
  }

  private void hear(ByteBuffer data, InetSocketAddress from) {
    client = from;
    asked.add(StunMessage.read(data).orElseThrow().transaction());
    if (answers) {
      server.send(saying(from, asked.get(asked.size() - 1)), from);
    }
  }

  private static ByteBuffer saying(InetSocketAddress seen, TransactionId transaction) {
    return StunWriter.of(StunMessage.Kind.SUCCESS, transaction).mappedAddress(seen).end();
  }

  private Probe probe(String target) {
    return PublicAddressProbe.stun(target).create(new Context());
  }

  private static CompletableFuture<ProbeAnswer> begin(Probe probe) {
    return probe.ask(VirtualContext.lease(Optional.empty())).toCompletableFuture();
  }

  private static String text(CompletableFuture<ProbeAnswer> said) {
    assertThat(said).isDone();
    return said.join().said();
  }

  private String ask(Probe probe) {
    CompletableFuture<ProbeAnswer> said = begin(probe);
    time.advance(Duration.ofMillis(50));
    return text(said);
  }

  @Test
  void theServerSaysWhatItSees() {
    Probe probe = probe("198.51.100.7");
    assertThat(ask(probe)).isEqualTo("203.0.113.11");
    nat.changeAddress("203.0.113.12");
    assertThat(ask(probe)).isEqualTo("203.0.113.12");
    assertThat(asked).doesNotHaveDuplicates().hasSize(2);
    assertThat(phone.openSockets()).isZero();
    assertThat(time.pendingTimers()).isZero();
    assertThat(lookedUp).isEmpty();
  }

  @Test
  void itIsNamedAfterItsServer() {
    assertThat(PublicAddressProbe.stun("stun.example.com").id())
        .isEqualTo("stun:stun.example.com:3478");
  }

  @Test
  void aLostDatagramIsRepeatedAsItWas() {
    answers = false;
    CompletableFuture<ProbeAnswer> said = begin(probe("198.51.100.7"));
    time.advance(Duration.ofMillis(499));
    answers = true;
    time.advance(Duration.ofMillis(42));
    assertThat(text(said)).isEqualTo("203.0.113.11");
    assertThat(asked).hasSize(2);
    assertThat(asked.get(0)).isEqualTo(asked.get(1));
  }

  @Test
  void aSilentServerIsWaitedForOnceAndThenCostsOneDatagram() {
    answers = false;
    Probe probe = probe("198.51.100.7");
    CompletableFuture<ProbeAnswer> first = begin(probe);
    time.advance(Duration.ofMillis(3_499));
    assertThat(first).isNotDone();
    time.advance(Duration.ofMillis(1));
    assertThat(text(first)).isEqualTo("the server 198.51.100.7 does not answer");
    CompletableFuture<ProbeAnswer> second = begin(probe);
    time.advance(Duration.ofMillis(500));
    assertThat(text(second)).contains("does not answer");
    assertThat(asked).hasSize(4);
    answers = true;
    assertThat(ask(probe)).isEqualTo("203.0.113.11");
    assertThat(phone.openSockets()).isZero();
  }

  @Test
  void onlyTheAskedAddressAndTransactionAreBelieved() throws IOException {
    answers = false;
    CompletableFuture<ProbeAnswer> said = begin(probe("198.51.100.7"));
    time.advance(Duration.ofMillis(30));
    InetSocketAddress lie = new InetSocketAddress("203.0.113.99", 1);
    server.send(saying(lie, new TransactionId(1, 2)), client);
    DatagramPort other =
        outside
            .loop()
            .openDatagram(new InetSocketAddress(outside.address(), 3479), (data, from) -> {});
    other.send(saying(lie, asked.get(0)), client);
    time.advance(Duration.ofMillis(100));
    assertThat(said).isNotDone();
  }

  @Test
  void aNameIsLookedUpOnceInFiveMinutes() {
    Probe probe = probe("stun.test:3478");
    CompletableFuture<ProbeAnswer> said = begin(probe);
    time.advance(Duration.ofSeconds(1));
    assertThat(said).isNotDone();
    names.complete(List.of(GatewayCodecTest.address("2001:db8::1"), outside.address()));
    time.advance(Duration.ofMillis(50));
    assertThat(text(said)).isEqualTo("203.0.113.11");
    assertThat(ask(probe)).isEqualTo("203.0.113.11");
    assertThat(lookedUp).containsExactly("stun.test");
    time.advance(Duration.ofMinutes(6));
    names = new CompletableFuture<>();
    assertThat(ask(probe)).as("by the address from before").isEqualTo("203.0.113.11");
    assertThat(lookedUp).hasSize(2);
    names.completeExceptionally(new UnknownHostException("gone"));
    assertThat(ask(probe)).isEqualTo("203.0.113.11");
  }

  @Test
  void anUnknownNameIsTold() {
    Probe probe = probe("stun.test");
    CompletableFuture<ProbeAnswer> said = begin(probe);
    names.completeExceptionally(new UnknownHostException("stun.test"));
    assertThat(text(said)).isEqualTo("stun.test is not known to the name server");

    names = new CompletableFuture<>();
    CompletableFuture<ProbeAnswer> late = begin(probe);
    time.advance(Duration.ofSeconds(3));
    assertThat(text(late)).contains("no name server has said");
    names.complete(List.of(outside.address()));
    assertThat(asked).as("nobody waits any more").isEmpty();
    assertThat(ask(probe)).isEqualTo("203.0.113.11");
  }

  @Test
  void eachAddressOfASilentNameHasItsTurn() {
    names.complete(List.of(GatewayCodecTest.address("198.51.100.8"), outside.address()));
    Probe probe = probe("stun.test");
    CompletableFuture<ProbeAnswer> said = begin(probe);
    time.advance(Duration.ofSeconds(4));
    assertThat(text(said)).isEqualTo("the server 198.51.100.8 does not answer");
    assertThat(ask(probe)).isEqualTo("203.0.113.11");
    assertThat(ask(probe)).isEqualTo("203.0.113.11");
  }

  @Test
  void aServerOfAnotherKindOfAddressIsNotAsked() {
    CompletableFuture<ProbeAnswer> said = begin(probe("[2001:db8::1]"));
    assertThat(text(said)).contains("no address of our kind");
  }

  @Test
  void suspendedItHoldsNothing() {
    answers = false;
    Probe probe = probe("198.51.100.7");
    CompletableFuture<ProbeAnswer> said = begin(probe);
    probe.suspend();
    assertThat(text(said)).contains("rests");
    Probe named = probe("stun.test");
    CompletableFuture<ProbeAnswer> waiting = begin(named);
    named.suspend();
    assertThat(text(waiting)).contains("rests");
    names.complete(List.of(outside.address()));
    assertThat(phone.openSockets()).isZero();
    time.advance(Duration.ofMillis(20)); // until the datagram has come
    assertThat(asked).hasSize(1);
    assertThat(time.pendingTimers()).isZero();
  }
}
