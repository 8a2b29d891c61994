// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import static io.phoneagent.nat.GatewayCodecTest.address;
import static io.phoneagent.nat.GatewayCodecTest.mapping;
import static io.phoneagent.nat.GatewayCodecTest.octets;
import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.Lease;
import io.phoneagent.spi.DatagramPort;
import io.phoneagent.spi.HttpExchange;
import io.phoneagent.spi.NetworkBinding;
import io.phoneagent.spi.Probe;
import io.phoneagent.spi.ProbeAnswer;
import io.phoneagent.spi.ProbeContext;
import io.phoneagent.spi.PublicAddressProbe;
import io.phoneagent.spi.PublicRanges;
import io.phoneagent.testkit.VirtualHost;
import io.phoneagent.testkit.VirtualNetwork;
import io.phoneagent.testkit.VirtualTime;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A phone at 192.168.1.100, its gateway and a stranger on one link; each way takes 1 ms. */
class GatewayProbeTest {
  private static final InetSocketAddress GROUP = new InetSocketAddress(address("224.0.0.1"), 5350);
  private static final String NO_PCP = "00 81 0001 00000100";
  private static final String NO_NAT_PMP = "02 80 00 01 00000000 00000100 000000000000000000000000";
  private static final String RESTARTED = "02 80 00 00 00000000 00000000 000000000000000000000000";

  private final VirtualTime time = new VirtualTime();
  private final VirtualNetwork network = new VirtualNetwork(time, 1);
  private final VirtualHost phone = network.host("192.168.1.100");
  private final VirtualHost router = network.host("192.168.1.1");
  private final VirtualHost stranger = network.host("192.168.1.66");
  private final List<String> asked = new ArrayList<>();
  private final List<String> hints = new ArrayList<>();
  private final Context context = new Context();
  private Optional<String> answer = Optional.empty();
  private InetSocketAddress client = new InetSocketAddress(0);
  private DatagramPort gateway;

  private final class Context implements ProbeContext {
    @Override
    public HttpExchange http() {
      throw new IllegalStateException("not needed");
    }

    @Override
    public NetworkBinding network() {
      return phone.network();
    }

    @Override
    public PublicRanges publicRanges() {
      return PublicRanges.alsoTreating(List.of("203.0.113.0/24"));
    }

    @Override
    public Runnable schedule(Duration delay, Runnable task) {
      return time.schedule(delay, task)::cancel;
    }

    @Override
    public long nanos() {
      return time.nanos();
    }

    @Override
    public void askNow(String cause) {
      hints.add(cause);
    }
  }

  @BeforeEach
  void plugIn() throws IOException {
    network.delay(Duration.ofMillis(1));
    gateway = router.loop().openDatagram(new InetSocketAddress(router.address(), 5351), this::hear);
  }

  private void hear(ByteBuffer data, InetSocketAddress from) {
    byte[] octets = new byte[data.remaining()];
    data.get(octets);
    asked.add(HexFormat.of().formatHex(octets));
    client = from;
    // For a question by PCP the answer has its nonce and its port.
    answer
        .map(
            a ->
                octets.length == 60
                    ? a.replace("NONCE", HexFormat.of().formatHex(octets, 24, 36))
                        .replace(
                            "c350 c350",
                            String.format(Locale.ROOT, "%04x", from.getPort()) + "c350")
                    : a)
        .ifPresent(a -> gateway.send(ByteBuffer.wrap(octets(a)), from));
  }

  private static String says(String epoch, String address) {
    return "00 80 0000 " + epoch + hex(address);
  }

  private static String maps(String epoch, String address) {
    return mapping(epoch, "NONCE", "00000000000000000000ffff" + hex(address));
  }

  private static String hex(String address) {
    return HexFormat.of().formatHex(address(address).getAddress());
  }

  private static Lease lease(Optional<String> router) {
    return new Lease(
        "eth0",
        address("192.168.1.100"),
        router.map(GatewayCodecTest::address),
        Optional.empty(),
        List.of(),
        Optional.empty(),
        Optional.empty());
  }

  private Probe natPmp() {
    return PublicAddressProbe.natPmp().create(context);
  }

  private Probe pcp() {
    return PublicAddressProbe.pcp().create(context);
  }

  private static CompletableFuture<ProbeAnswer> begin(Probe probe) {
    return probe.ask(lease(Optional.of("192.168.1.1"))).toCompletableFuture();
  }

  private static String text(CompletableFuture<ProbeAnswer> said) {
    assertThat(said).isDone();
    return said.join() instanceof ProbeAnswer.Found found
        ? found.address().getHostAddress()
        : ((ProbeAnswer.Nothing) said.join()).why();
  }

  /** Asks, and gives it the time that one round trip takes. */
  private String ask(Probe probe) {
    CompletableFuture<ProbeAnswer> said = begin(probe);
    time.advance(Duration.ofMillis(3));
    return text(said);
  }

  private void announce(DatagramPort from, String what) {
    from.send(ByteBuffer.wrap(octets(what)), GROUP);
    time.advance(Duration.ofMillis(2));
  }

  @Test
  void natPmpTellsTheAddressInOneRoundTrip() {
    answer = Optional.of(says("00000100", "203.0.113.11"));
    assertThat(ask(natPmp())).isEqualTo("203.0.113.11");
    assertThat(asked).containsExactly("0000");
    assertThat(time.pendingTimers()).isZero();
    assertThat(phone.openSockets()).as("the one for announcements").isEqualTo(1);
  }

  @Test
  void aLostDatagramIsRepeated() {
    CompletableFuture<ProbeAnswer> said = begin(natPmp());
    time.advance(Duration.ofMillis(200));
    answer = Optional.of(says("00000100", "203.0.113.11"));
    time.advance(Duration.ofMillis(53));
    assertThat(text(said)).isEqualTo("203.0.113.11");
    assertThat(asked).containsExactly("0000", "0000");
  }

  @Test
  void aSilentGatewayIsWaitedForOnceAndThenCostsOneDatagram() {
    Probe probe = natPmp();
    CompletableFuture<ProbeAnswer> first = begin(probe);
    time.advance(Duration.ofMillis(1749));
    assertThat(first).isNotDone();
    time.advance(Duration.ofMillis(1));
    assertThat(text(first)).isEqualTo("the gateway 192.168.1.1 does not answer");
    assertThat(asked).hasSize(3);

    CompletableFuture<ProbeAnswer> second = begin(probe);
    time.advance(Duration.ofMillis(250));
    assertThat(text(second)).contains("does not answer");
    assertThat(asked).hasSize(4);

    answer = Optional.of(says("00000100", "203.0.113.11"));
    assertThat(ask(probe)).isEqualTo("203.0.113.11");
    answer = Optional.empty();
    assertThat(begin(probe)).isNotDone();
    time.advance(Duration.ofSeconds(2));
    assertThat(asked).as("once it has spoken it is waited for again").hasSize(8);
    assertThat(time.pendingTimers()).isZero();
  }

  @Test
  void aLateAnswerIsNoneToTheNextQuestion() {
    Probe probe = natPmp();
    assertThat(begin(probe)).isNotDone();
    time.advance(Duration.ofSeconds(2));
    InetSocketAddress before = client;
    CompletableFuture<ProbeAnswer> second = begin(probe);
    gateway.send(ByteBuffer.wrap(octets(says("00000100", "203.0.113.11"))), before);
    time.advance(Duration.ofMillis(249));
    assertThat(second).isNotDone();
    assertThat(client).isNotEqualTo(before);
  }

  @Test
  void aRepeatedAnswerIsTakenOnce() {
    answer = Optional.of(says("00000100", "203.0.113.11"));
    CompletableFuture<ProbeAnswer> said = begin(natPmp());
    time.advance(Duration.ofMillis(1));
    gateway.send(ByteBuffer.wrap(octets(says("00000100", "203.0.113.99"))), client);
    time.advance(Duration.ofMillis(5));
    assertThat(text(said)).isEqualTo("203.0.113.11");
    assertThat(hints).isEmpty();
  }

  @Test
  void onlyTheGatewayAndItsPortAreBelieved() throws IOException {
    CompletableFuture<ProbeAnswer> said = begin(natPmp());
    time.advance(Duration.ofMillis(2));
    ByteBuffer forged = ByteBuffer.wrap(octets(says("00000100", "203.0.113.99")));
    DatagramPort samePort =
        stranger
            .loop()
            .openDatagram(new InetSocketAddress(stranger.address(), 5351), (data, from) -> {});
    DatagramPort otherPort =
        router
            .loop()
            .openDatagram(new InetSocketAddress(router.address(), 5352), (data, from) -> {});
    samePort.send(forged.duplicate(), client);
    otherPort.send(forged.duplicate(), client);
    announce(samePort, says("00000100", "203.0.113.99"));
    announce(otherPort, RESTARTED);
    time.advance(Duration.ofMillis(20));
    assertThat(said).isNotDone();
    assertThat(hints).isEmpty();
  }

  @Test
  void pcpTellsTheAddressOfAMappingThatIsDeletedAtOnce() {
    answer = Optional.of(maps("00000100", "203.0.113.11"));
    assertThat(ask(pcp())).isEqualTo("203.0.113.11");
    assertThat(asked).hasSize(2);
    String made = asked.get(0);
    assertThat(made).startsWith("020100000000003c" + "00000000000000000000ffffc0a80164");
    String port = String.format(Locale.ROOT, "%04x", client.getPort());
    assertThat(made.substring(72)).startsWith("11000000" + port);
    assertThat(asked.get(1)).isEqualTo("0201000000000000" + made.substring(16));
  }

  @Test
  void eachMappingHasANonceOfItsOwn() {
    answer = Optional.of(maps("00000100", "203.0.113.11"));
    Probe probe = pcp();
    ask(probe);
    ask(probe);
    assertThat(asked.get(0).substring(48, 72)).isNotEqualTo(asked.get(2).substring(48, 72));
  }

  @Test
  void anotherNonceIsAnotherQuestion() {
    answer =
        Optional.of(
            mapping("00000100", GatewayCodecTest.NONCE, "00000000000000000000ffffcb007163"));
    CompletableFuture<ProbeAnswer> said = begin(pcp());
    time.advance(Duration.ofMillis(100));
    assertThat(said).isNotDone();
  }

  @Test
  void aGatewayThatSpeaksTheOtherProtocolIsAskedInItFromThenOn() {
    Probe probe = natPmp();
    answer = Optional.of(NO_NAT_PMP);
    CompletableFuture<ProbeAnswer> first = begin(probe);
    time.advance(Duration.ofMillis(2));
    answer = Optional.of(maps("00000100", "203.0.113.11"));
    time.advance(Duration.ofMillis(3));
    assertThat(text(first)).isEqualTo("203.0.113.11");
    assertThat(asked).extracting(String::length).containsExactly(4, 120, 120);
    asked.clear();
    assertThat(ask(probe)).isEqualTo("203.0.113.11");
    assertThat(asked).extracting(String::length).containsExactly(120, 120);

    Probe other = pcp();
    asked.clear();
    answer = Optional.of(NO_PCP);
    CompletableFuture<ProbeAnswer> second = begin(other);
    time.advance(Duration.ofMillis(2));
    answer = Optional.of(says("00000100", "203.0.113.11"));
    time.advance(Duration.ofMillis(3));
    assertThat(text(second)).isEqualTo("203.0.113.11");
    assertThat(asked).extracting(String::length).containsExactly(120, 4);
  }

  @Test
  void aPrivateAddressIsNone() {
    answer = Optional.of(says("00000100", "100.64.0.7"));
    assertThat(ask(natPmp())).contains("100.64.0.7 is no public address");
  }

  @Test
  void refusalsSayWhy() {
    answer = Optional.of("00 80 0003 00000100 00000000");
    assertThat(ask(natPmp())).isEqualTo("the gateway has no public address now");
    answer = Optional.of("02 81 00 02 0000001e 00000100 000000000000000000000000");
    assertThat(ask(pcp())).contains("by PCP, with result code 2");
  }

  @Test
  void withoutAGatewayNobodyIsAsked() {
    assertThat(text(natPmp().ask(lease(Optional.empty())).toCompletableFuture()))
        .contains("no gateway");
    assertThat(text(natPmp().ask(lease(Optional.of("2001:db8::1"))).toCompletableFuture()))
        .contains("no gateway");
  }

  @Test
  void anAnnouncementMakesAskAndIsNotTaken() {
    answer = Optional.of(says("00000100", "203.0.113.11"));
    Probe probe = natPmp();
    ask(probe);
    announce(gateway, says("00000100", "203.0.113.99"));
    assertThat(hints).containsExactly("NAT-PMP announced 203.0.113.99");
    assertThat(ask(probe)).isEqualTo("203.0.113.11");
  }

  @Test
  void whatIsKnownAlreadyAsksNothing() {
    answer = Optional.of(says("00000100", "203.0.113.11"));
    Probe probe = natPmp();
    ask(probe);
    announce(gateway, says("00000100", "203.0.113.11"));
    assertThat(hints).isEmpty();
  }

  @Test
  void aFloodOfAnnouncementsAsksOnceASecond() {
    time.advance(Duration.ofSeconds(5));
    answer = Optional.of(says("00000100", "203.0.113.11"));
    ask(natPmp());
    for (int i = 0; i < 5_000; i++) {
      announce(gateway, says("00000100", i % 2 == 0 ? "203.0.113.98" : "203.0.113.99"));
    }
    // In ten seconds: at 0, 0.1, 0.3, 0.7 and 1.5 s, and each second from then on.
    assertThat(hints).hasSize(13);
    time.advance(Duration.ofSeconds(5));
    assertThat(hints).hasSize(14);
    assertThat(time.pendingTimers()).isZero();

    announce(gateway, says("00000100", "203.0.113.98"));
    time.advance(Duration.ofMillis(100));
    announce(gateway, says("00000100", "203.0.113.98"));
    assertThat(hints).as("after the flood it is as quick as before").hasSize(16);
  }

  @Test
  void aGatewayThatStartsAgainIsAsked() {
    answer = Optional.of(maps("00000100", "203.0.113.11"));
    ask(pcp());
    announce(gateway, RESTARTED);
    assertThat(hints).containsExactly("by PCP the gateway has begun its mappings anew");
    announce(gateway, RESTARTED);
    assertThat(hints).as("repeated, it says nothing new").hasSize(1);
  }

  @Test
  void anAnswerWithAnEarlierTimeIsAskedForAgain() {
    answer = Optional.of(says("00000100", "203.0.113.11"));
    Probe probe = natPmp();
    ask(probe);
    time.advance(Duration.ofSeconds(30));
    answer = Optional.of(says("00000003", "203.0.113.11"));
    ask(probe);
    assertThat(hints).containsExactly("by NAT-PMP the gateway has begun its mappings anew");
  }

  @Test
  void suspendedItHearsNothingAndHoldsNothing() {
    answer = Optional.of(says("00000100", "203.0.113.11"));
    Probe probe = natPmp();
    ask(probe);
    answer = Optional.empty();
    CompletableFuture<ProbeAnswer> running = begin(probe);
    probe.suspend();
    assertThat(text(running)).contains("rests");
    announce(gateway, says("00000100", "203.0.113.12"));
    assertThat(hints).isEmpty();
    assertThat(phone.openSockets()).isZero();
    assertThat(time.pendingTimers()).isZero();

    answer = Optional.of(says("00000100", "203.0.113.11"));
    assertThat(ask(probe)).isEqualTo("203.0.113.11");
    announce(gateway, says("00000100", "203.0.113.12"));
    assertThat(hints).hasSize(1);
    probe.close();
    assertThat(phone.openSockets()).isZero();
    time.advance(Duration.ofSeconds(1));
    assertThat(hints).hasSize(1);
  }

  @Test
  void behindAnotherGatewayTheFirstIsNotHeardAnyMore() {
    answer = Optional.of(says("00000100", "203.0.113.11"));
    Probe probe = natPmp();
    ask(probe);
    assertThat(probe.ask(lease(Optional.of("192.168.1.66")))).isNotNull();
    time.advance(Duration.ofSeconds(2));
    announce(gateway, says("00000100", "203.0.113.12"));
    assertThat(hints).isEmpty();
    assertThat(phone.openSockets()).isEqualTo(1);
  }
}
