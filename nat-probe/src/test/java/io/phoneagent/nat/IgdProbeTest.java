// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import static io.phoneagent.nat.FakeIgd.ADDRESS;
import static io.phoneagent.nat.FakeIgd.AT;
import static io.phoneagent.nat.FakeIgd.DESCRIPTION;
import static io.phoneagent.nat.FakeIgd.SUBSCRIBE;
import static io.phoneagent.nat.FakeIgd.UNSUBSCRIBE;
import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.spi.DatagramPort;
import io.phoneagent.spi.HttpAnswer;
import io.phoneagent.spi.HttpExchange;
import io.phoneagent.spi.NetworkBinding;
import io.phoneagent.spi.Probe;
import io.phoneagent.spi.ProbeAnswer;
import io.phoneagent.spi.PublicAddressProbe;
import io.phoneagent.testkit.VirtualHost;
import io.phoneagent.testkit.VirtualNetwork;
import io.phoneagent.testkit.VirtualTime;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A phone at 192.168.1.100, its gateway and a stranger on one link; each way takes 1 ms. */
class IgdProbeTest {
  private final VirtualTime time = new VirtualTime();
  private final VirtualNetwork network = new VirtualNetwork(time, 1);
  private final VirtualHost phone = network.host("192.168.1.100");
  private final VirtualHost router = network.host("192.168.1.1");
  private final VirtualHost stranger = network.host("192.168.1.66");
  private final List<String> hints = new ArrayList<>();
  private final Probe probe = PublicAddressProbe.igd().create(new Context());
  private FakeIgd igd;
  private boolean letsIn = true;

  private final class Context extends VirtualContext {
    Context() {
      super(time);
    }

    @Override
    public HttpExchange http() {
      return igd;
    }

    @Override
    public NetworkBinding network() {
      return letsIn ? phone.network() : new ClosedNetwork(phone.network());
    }

    @Override
    public void askNow(String cause) {
      hints.add(cause);
    }
  }

  @BeforeEach
  void plugIn() throws IOException {
    network.delay(Duration.ofMillis(1));
    time.advance(Duration.ofMinutes(1));
    igd = new FakeIgd(time, router);
  }

  private CompletableFuture<ProbeAnswer> begin() {
    return probe.ask(VirtualContext.lease()).toCompletableFuture();
  }

  private static String text(CompletableFuture<ProbeAnswer> said) {
    assertThat(said).isDone();
    return said.join().said();
  }

  /** Asks, and gives it the time that this takes where the gateway answers. */
  private String ask() {
    return ask(Duration.ofMillis(20));
  }

  private String ask(Duration within) {
    CompletableFuture<ProbeAnswer> said = begin();
    time.advance(within);
    return text(said);
  }

  private long count(String question) {
    return igd.asked.stream().filter(question::equals).count();
  }

  private void announce(String lines) {
    igd.announce(igd.ssdp, lines);
    time.advance(Duration.ofMillis(2));
  }

  private static String services(String... types) {
    List<String> services = new ArrayList<>();
    for (int i = 0; i < types.length; i++) {
      services.add(Descriptions.service(types[i], "/ctl/" + i, "/evt/" + i));
    }
    return Descriptions.of(services.toArray(new String[0]));
  }

  @Test
  void findsTheGatewayAndAsksIt() {
    assertThat(ask()).isEqualTo("203.0.113.11");
    assertThat(igd.asked).containsExactly(DESCRIPTION, ADDRESS, SUBSCRIBE);
    assertThat(igd.searched).hasSize(10);
    assertThat(igd.searched.stream().filter(s -> s.contains("239.255.255.250"))).hasSize(5);
    assertThat(igd.searched.stream().filter(s -> s.contains("192.168.1.1:1900"))).hasSize(5);
    assertThat(phone.openSockets()).as("announcements and events").isEqualTo(2);
    assertThat(time.pendingTimers()).as("to renew the subscription").isEqualTo(1);
  }

  @Test
  void whatIsKnownIsNotLookedForAgain() {
    ask();
    igd.asked.clear();
    igd.searched.clear();
    igd.says(ADDRESS, Descriptions.address("203.0.113.12"));
    assertThat(ask()).isEqualTo("203.0.113.12");
    assertThat(igd.asked).containsExactly(ADDRESS);
    assertThat(igd.searched).isEmpty();
  }

  @Test
  void aLostSearchIsRepeated() {
    Optional<String> answer = igd.searchAnswer;
    igd.searchAnswer = Optional.empty();
    CompletableFuture<ProbeAnswer> said = begin();
    time.advance(Duration.ofMillis(400));
    igd.searchAnswer = answer;
    time.advance(Duration.ofMillis(120));
    assertThat(text(said)).isEqualTo("203.0.113.11");
    assertThat(igd.searched).hasSize(20);
  }

  @Test
  void aGatewayWithoutUpnpIsWaitedForOnceAndThenLookedForBesideTheChecks() {
    igd.searchAnswer = Optional.empty();
    CompletableFuture<ProbeAnswer> first = begin();
    time.advance(Duration.ofMillis(1_999));
    assertThat(first).isNotDone();
    time.advance(Duration.ofMillis(1));
    assertThat(text(first)).contains("no UPnP");
    igd.searched.clear();
    for (int i = 0; i < 100; i++) {
      assertThat(text(begin())).contains("no UPnP");
      time.advance(Duration.ofSeconds(1));
    }
    assertThat(igd.searched).as("thrice, each repeated once").hasSize(60);
    assertThat(hints).isEmpty();

    igd.searchAnswer = Optional.of(SsdpCodecTest.ANSWER);
    time.advance(Duration.ofSeconds(30));
    assertThat(text(begin())).contains("no UPnP");
    time.advance(Duration.ofMillis(20));
    assertThat(hints).containsExactly("UPnP: the gateway has an IGD now");
    assertThat(ask()).isEqualTo("203.0.113.11");
  }

  @Test
  void whatAnnouncesItselfIsLookedForAtOnce() {
    igd.searchAnswer = Optional.empty();
    ask(Duration.ofSeconds(2));
    igd.searchAnswer = Optional.of(SsdpCodecTest.ANSWER);
    time.advance(Duration.ofSeconds(5));
    announce(SsdpCodecTest.ALIVE);
    time.advance(Duration.ofMillis(20));
    assertThat(hints).containsExactly("UPnP: the gateway has an IGD now");
  }

  @Test
  void aDescriptionElsewhereIsRefusedByName() {
    igd.searchAnswer =
        Optional.of(SsdpCodecTest.ANSWER.replace("//192.168.1.1:5000", "//192.168.1.66:80"));
    assertThat(ask(Duration.ofSeconds(2)))
        .isEqualTo(
            "the IGD's LOCATION leads elsewhere than to 192.168.1.1:"
                + " 'http://192.168.1.66:80/rootDesc.xml'");
    assertThat(igd.asked).isEmpty();
  }

  @Test
  void aServiceElsewhereIsRefusedByName() {
    igd.says(
        DESCRIPTION,
        Descriptions.of(
            Descriptions.service(Descriptions.IP + "1", "http://203.0.113.99/ctl", "/evt")));
    assertThat(ask())
        .contains("the IGD's description: its controlURL leads elsewhere")
        .contains("203.0.113.99");
    assertThat(igd.asked).containsExactly(DESCRIPTION);
  }

  @Test
  void strangersAreNotHeard() throws IOException {
    igd.searchAnswer = Optional.empty();
    DatagramPort forger =
        stranger
            .loop()
            .openDatagram(new InetSocketAddress(stranger.address(), 1900), (data, from) -> {});
    DatagramPort eavesdropper =
        stranger
            .loop()
            .openMulticast(
                IgdSearch.GROUP,
                "eth0",
                (data, from) -> forger.send(SsdpCodecTest.datagram(SsdpCodecTest.ANSWER), from));
    assertThat(ask(Duration.ofSeconds(2))).contains("no UPnP");
    eavesdropper.close();
    time.advance(Duration.ofSeconds(5));
    igd.announce(forger, SsdpCodecTest.ALIVE);
    time.advance(Duration.ofSeconds(1));
    assertThat(igd.asked).isEmpty();
    assertThat(hints).isEmpty();
  }

  @Test
  void garbageAndAGigabyteAreRefusedByName() {
    igd.says(DESCRIPTION, "\u0000\u0001garbage");
    assertThat(ask()).isEqualTo("the IGD's description: it is no XML");
    time.advance(Duration.ofSeconds(30));

    igd.says(DESCRIPTION, "<root>" + "x".repeat(128 * 1024));
    text(begin());
    time.advance(Duration.ofMillis(20));
    assertThat(text(begin()))
        .isEqualTo("the IGD's description: the answer is longer than 131072 octets");
    time.advance(Duration.ofSeconds(30));

    igd.says(DESCRIPTION, "<!DOCTYPE r SYSTEM 'file:///etc/passwd'><root><device/></root>");
    text(begin());
    time.advance(Duration.ofMillis(20));
    assertThat(text(begin())).contains("document type declaration");
    assertThat(igd.asked).containsOnly(DESCRIPTION);
  }

  @Test
  void whereTheFirstDescriptionIsOfNoUseTheOthersAreRead() {
    igd.says(DESCRIPTION, services(Descriptions.IP + "x"));
    igd.says("GET " + AT + "/second.xml", Descriptions.ipConnection());
    igd.secondAnswer = Optional.of(SsdpCodecTest.ANSWER.replace("rootDesc", "second"));
    assertThat(ask()).isEqualTo("203.0.113.11");
    assertThat(igd.asked)
        .containsExactly(DESCRIPTION, "GET " + AT + "/second.xml", ADDRESS, SUBSCRIBE);
  }

  @Test
  void faultsAreToldPlainlyAndNothingIsLookedForAnew() {
    igd.answers.put(
        ADDRESS, new HttpAnswer(500, Map.of(), Descriptions.fault("501", "Action Failed")));
    assertThat(ask())
        .isEqualTo("the IGD refuses GetExternalIPAddress with UPnP error '501', 'Action Failed'");
    assertThat(ask()).contains("501");
    assertThat(igd.searched).hasSize(10);
  }

  @Test
  void whatIsNoPublicAddressIsNone() {
    igd.says(ADDRESS, Descriptions.address("100.64.0.7"));
    assertThat(ask()).contains("100.64.0.7 is no public address");
    igd.says(ADDRESS, Descriptions.address(""));
    assertThat(ask()).isEqualTo("the IGD has no public address now");
    igd.says(ADDRESS, Descriptions.address("anna.example"));
    assertThat(ask()).contains("'anna.example', which is no IP address");
  }

  @Test
  void aFailedQuestionLooksItUpAnew() {
    ask();
    igd.answers.put(ADDRESS, new HttpAnswer(404, Map.of(), ""));
    igd.searchAnswer = Optional.of(SsdpCodecTest.ANSWER.replace("rootDesc", "new"));
    igd.says("GET " + AT + "/new.xml", services(Descriptions.IP + "2"));
    igd.says("POST " + AT + "/ctl/0 GetExternalIPAddress", Descriptions.address("203.0.113.12"));
    assertThat(ask()).isEqualTo("203.0.113.12");
    assertThat(count(UNSUBSCRIBE)).isEqualTo(1);
    assertThat(igd.asked).contains("SUBSCRIBE " + AT + "/evt/0");
  }

  @Test
  void aGatewayThatHangsCostsAFewSecondsAndThenNone() {
    ask();
    igd.answers.clear();
    CompletableFuture<ProbeAnswer> said = begin();
    time.advance(Duration.ofMillis(4_100));
    assertThat(text(said)).contains("the IGD's description: no answer within 2000 ms");
    assertThat(text(begin())).contains("no answer within 2000 ms");
  }

  @Test
  void ofSeveralServicesThatOneCountsThatIsConnected() {
    igd.says(
        DESCRIPTION,
        services(Descriptions.PPP + "1", Descriptions.IP + "1", Descriptions.IP + "2"));
    igd.says("POST " + AT + "/ctl/0 GetStatusInfo", Descriptions.status("Disconnected"));
    igd.says("POST " + AT + "/ctl/1 GetStatusInfo", Descriptions.status("Connected"));
    igd.says("POST " + AT + "/ctl/1 GetExternalIPAddress", Descriptions.address("10.0.0.9"));
    igd.says("POST " + AT + "/ctl/2 GetStatusInfo", Descriptions.status("Connected"));
    igd.says("POST " + AT + "/ctl/2 GetExternalIPAddress", Descriptions.address("203.0.113.11"));
    assertThat(ask()).isEqualTo("203.0.113.11");
    assertThat(igd.asked).contains("SUBSCRIBE " + AT + "/evt/2");
    igd.asked.clear();
    assertThat(ask()).isEqualTo("203.0.113.11");
    assertThat(igd.asked)
        .as("the one that had it is asked first")
        .containsExactly(
            "POST " + AT + "/ctl/2 GetStatusInfo", "POST " + AT + "/ctl/2 GetExternalIPAddress");
    igd.says("POST " + AT + "/ctl/2 GetStatusInfo", Descriptions.status("Disconnected"));
    assertThat(ask()).contains("10.0.0.9 is no public address");
  }

  @Test
  void servicesThatHangAreNotWaitedForOneByOne() {
    igd.says(
        DESCRIPTION,
        services(Collections.nCopies(4, Descriptions.IP + "1").toArray(new String[0])));
    CompletableFuture<ProbeAnswer> said = begin();
    time.advance(Duration.ofMillis(5_010));
    assertThat(text(said)).contains("longer than 5 s");
  }

  @Test
  void anEventMakesAskAndIsNotTaken() throws IOException {
    ask();
    igd.tell("uuid:7", 1, "203.0.113.99");
    time.advance(Duration.ofMillis(10));
    assertThat(hints).containsExactly("UPnP announced 203.0.113.99");
    assertThat(igd.replies).containsExactly("HTTP/1.1 200 OK", "closed by the other end");
    assertThat(ask()).isEqualTo("203.0.113.11");
  }

  /** The address that is told may be the one of before, and no other may ever be told. */
  @Test
  void anEventWithTheOldAddressMakesAskUntilThereIsANewOne() throws IOException {
    ask();
    igd.tell("uuid:7", 1, "203.0.113.11");
    time.advance(Duration.ofMillis(10));
    assertThat(hints).hasSize(1);
    ask();
    time.advance(Duration.ofMillis(400));
    assertThat(hints).as("after 0, 0.1 and 0.3 s").hasSize(3);
    igd.says(ADDRESS, Descriptions.address("203.0.113.12"));
    assertThat(ask()).isEqualTo("203.0.113.12");
    time.advance(Duration.ofMinutes(1));
    assertThat(hints).hasSize(3);
  }

  @Test
  void whereNothingChangesItAsksFiveTimes() throws IOException {
    ask();
    igd.tell("uuid:7", 1, "203.0.113.11");
    time.advance(Duration.ofMinutes(1));
    assertThat(hints).containsExactly("UPnP announced 203.0.113.11", "", "", "", "");
  }

  /** As one of our own does at each question by PCP. */
  @Test
  void aMappingThatAnyHostMakesIsNoNews() throws IOException {
    ask();
    igd.tell("uuid:7", 0, "203.0.113.11", 0);
    igd.tell("uuid:7", 1, "203.0.113.11", 1);
    igd.tell("uuid:7", 2, "203.0.113.11", 0);
    time.advance(Duration.ofMinutes(1));
    assertThat(hints).isEmpty();
    igd.tell("uuid:7", 3, "203.0.113.11", 0);
    time.advance(Duration.ofMillis(10));
    assertThat(hints).as("nothing else explains it").hasSize(1);
    igd.tell("uuid:7", 4, "203.0.113.12", 1);
    time.advance(Duration.ofSeconds(1));
    assertThat(hints).contains("UPnP announced 203.0.113.12");
  }

  @Test
  void theFirstEventOfASubscriptionSaysNothingNew() throws IOException {
    CompletableFuture<ProbeAnswer> said = begin();
    time.advance(Duration.ofMillis(7)); // subscribing, and not answered yet
    assertThat(said).isDone();
    assertThat(igd.asked).endsWith(SUBSCRIBE);
    igd.tell("uuid:7", 0, "203.0.113.11");
    time.advance(Duration.ofSeconds(5));
    assertThat(igd.replies).contains("HTTP/1.1 200 OK");
    assertThat(hints).isEmpty();
    igd.tell("uuid:7", 0, "203.0.113.12");
    time.advance(Duration.ofMillis(10));
    assertThat(hints).containsExactly("UPnP announced 203.0.113.12");
  }

  @Test
  void onlyTheGatewayMayTell() throws IOException {
    ask();
    byte[] event =
        EventReaderTest.notify(
            igd.callback().getPath(), "uuid:7", "1", Descriptions.event("203.0.113.99"));
    igd.send(stranger, event);
    time.advance(Duration.ofMillis(10));
    assertThat(igd.replies).containsExactly("closed by the other end");
    assertThat(hints).isEmpty();
    igd.tell("uuid:8", 1, "203.0.113.99");
    time.advance(Duration.ofMillis(10));
    assertThat(igd.replies).contains("HTTP/1.1 412 Refused");
    assertThat(hints).isEmpty();
  }

  @Test
  void connectionsAreFewAndShort() throws IOException {
    ask();
    int before = phone.openSockets();
    for (int i = 0; i < 5; i++) {
      igd.send(router, new byte[] {'N'});
    }
    time.advance(Duration.ofMillis(10));
    assertThat(phone.openSockets()).isEqualTo(before + 4);
    assertThat(igd.replies).as("the fifth").containsExactly("closed by the other end");
    time.advance(Duration.ofSeconds(3));
    assertThat(phone.openSockets()).isEqualTo(before);
    assertThat(igd.replies).hasSize(5);
  }

  @Test
  void theSubscriptionIsRenewedAndMadeAnewWhereThatIsRefused() throws IOException {
    igd.subscribes("uuid:7", 300);
    ask();
    igd.answers.put(
        SUBSCRIBE + " again",
        new HttpAnswer(200, Map.of("sid", "uuid:7", "timeout", "Second-300"), ""));
    time.advance(Duration.ofSeconds(301));
    assertThat(count(SUBSCRIBE + " again")).isEqualTo(2);
    assertThat(count(SUBSCRIBE)).isEqualTo(1);
    igd.answers.put(SUBSCRIBE + " again", new HttpAnswer(412, Map.of(), ""));
    igd.subscribes("uuid:8", 300);
    time.advance(Duration.ofSeconds(150));
    assertThat(count(SUBSCRIBE)).isEqualTo(2);
    igd.tell("uuid:8", 1, "203.0.113.12");
    time.advance(Duration.ofMillis(10));
    assertThat(hints).containsExactly("UPnP announced 203.0.113.12");
  }

  @Test
  void anIgdThatStartsAgainIsLookedUpAndSubscribedToAnew() {
    ask();
    announce(SsdpCodecTest.ALIVE);
    assertThat(hints).as("what is known").isEmpty();
    announce(SsdpCodecTest.ALIVE.replace("0001", "0002").replace("rootDesc", "other"));
    assertThat(hints).as("another device of the gateway").isEmpty();
    String again = "BOOTID.UPNP.ORG: 1700000099";
    announce(SsdpCodecTest.ALIVE.replace("BOOTID.UPNP.ORG: 1700000000", again));
    assertThat(hints).containsExactly("UPnP: the gateway's IGD has started again");
    igd.searchAnswer =
        Optional.of(SsdpCodecTest.ANSWER.replace("BOOTID.UPNP.ORG: 1700000000", again));
    assertThat(ask()).isEqualTo("203.0.113.11");
    assertThat(count(DESCRIPTION)).isEqualTo(2);
    assertThat(count(SUBSCRIBE)).isEqualTo(2);
    announce(SsdpCodecTest.ALIVE.replace("BOOTID.UPNP.ORG: 1700000000", again));
    assertThat(hints).hasSize(1);
  }

  @Test
  void aFarewellIsLookedInto() {
    ask();
    announce(SsdpCodecTest.ALIVE.replace("alive", "byebye"));
    assertThat(hints).containsExactly("UPnP: the gateway's IGD says that it leaves");
    assertThat(ask()).as("it lied").isEqualTo("203.0.113.11");
    assertThat(count(DESCRIPTION)).isEqualTo(1);
  }

  @Test
  void aFloodOfAnnouncementsAsksOnceASecond() {
    ask();
    for (int i = 0; i < 5_000; i++) {
      announce(SsdpCodecTest.ALIVE.replace("alive", "byebye"));
    }
    assertThat(hints.size()).isBetween(12, 14);
  }

  @Test
  void whereNobodyGetsInItIsAsked() {
    letsIn = false;
    assertThat(ask()).isEqualTo("203.0.113.11");
    assertThat(ask()).isEqualTo("203.0.113.11");
    assertThat(igd.asked).containsExactly(DESCRIPTION, ADDRESS, ADDRESS);
    letsIn = true;
    assertThat(ask()).isEqualTo("203.0.113.11");
    assertThat(igd.asked).endsWith(ADDRESS, SUBSCRIBE);
  }

  @Test
  void suspendedItHearsNothingAndHoldsNothing() throws IOException {
    ask();
    CompletableFuture<ProbeAnswer> running = begin();
    probe.suspend();
    assertThat(text(running)).contains("rests");
    assertThat(count(UNSUBSCRIBE)).isEqualTo(1);
    assertThat(phone.openSockets()).isZero();
    time.advance(Duration.ofMillis(10));
    assertThat(time.pendingTimers()).isZero();
    announce(SsdpCodecTest.ALIVE.replace("alive", "byebye"));
    igd.tell("uuid:7", 1, "203.0.113.12");
    time.advance(Duration.ofMillis(10));
    assertThat(igd.replies).containsExactly("Connection refused");
    assertThat(hints).isEmpty();

    assertThat(ask()).isEqualTo("203.0.113.11");
    igd.tell("uuid:7", 1, "203.0.113.12");
    time.advance(Duration.ofMillis(10));
    assertThat(hints).hasSize(1);
    probe.close();
    assertThat(phone.openSockets()).isZero();
    time.advance(Duration.ofMinutes(1));
    assertThat(hints).hasSize(1);
    assertThat(time.pendingTimers()).isZero();
  }

  @Test
  void aSubscriptionThatIsGrantedTooLateIsGivenBack() {
    CompletableFuture<ProbeAnswer> said = begin();
    time.advance(Duration.ofMillis(7));
    assertThat(text(said)).isEqualTo("203.0.113.11");
    assertThat(igd.asked).endsWith(SUBSCRIBE);
    probe.close();
    assertThat(count(UNSUBSCRIBE)).isZero();
    time.advance(Duration.ofMillis(10));
    assertThat(count(UNSUBSCRIBE)).isEqualTo(1);
    assertThat(time.pendingTimers()).isZero();
  }

  @Test
  void closedWhileItSearchesItAnswers() {
    igd.searchAnswer = Optional.empty();
    CompletableFuture<ProbeAnswer> said = begin();
    time.advance(Duration.ofMillis(100));
    probe.close();
    assertThat(text(said)).contains("rests");
    assertThat(time.pendingTimers()).isZero();
    assertThat(phone.openSockets()).isZero();
  }

  @Test
  void withoutAGatewayNobodyIsAsked() {
    assertThat(text(probe.ask(VirtualContext.lease(Optional.empty())).toCompletableFuture()))
        .contains("no gateway");
    assertThat(
            text(probe.ask(VirtualContext.lease(Optional.of("2001:db8::1"))).toCompletableFuture()))
        .contains("no gateway");
  }

  @Test
  void behindAnotherGatewayTheFirstIsNotHeardAnyMore() {
    ask();
    CompletableFuture<ProbeAnswer> said =
        probe.ask(VirtualContext.lease(Optional.of("192.168.1.66"))).toCompletableFuture();
    time.advance(Duration.ofSeconds(2));
    assertThat(text(said)).contains("no UPnP");
    assertThat(count(UNSUBSCRIBE)).isEqualTo(1);
    announce(SsdpCodecTest.ALIVE.replace("alive", "byebye"));
    assertThat(hints).isEmpty();
    assertThat(phone.openSockets()).isEqualTo(1);
  }
}
