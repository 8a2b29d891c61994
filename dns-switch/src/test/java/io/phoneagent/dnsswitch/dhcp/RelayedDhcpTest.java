// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.dhcp;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.phoneagent.MacAddress;
import io.phoneagent.PhoneNumber;
import io.phoneagent.dhcpmessage.DhcpMessage;
import io.phoneagent.dhcpmessage.DhcpOptions;
import io.phoneagent.dhcpmessage.DhcpReader;
import io.phoneagent.dhcpmessage.DhcpWriter;
import io.phoneagent.dhcpmessage.Ipv4;
import io.phoneagent.dhcpmessage.LinkAddress;
import io.phoneagent.dhcpmessage.MalformedDhcpException;
import io.phoneagent.dhcpmessage.MessageType;
import io.phoneagent.dnsswitch.address.AddressLease;
import io.phoneagent.dnsswitch.address.AddressPool;
import io.phoneagent.dnsswitch.address.AddressRange;
import io.phoneagent.dnsswitch.store.DurableStore;
import io.phoneagent.spi.IpLiteral;
import io.phoneagent.testkit.VirtualTime;
import java.net.Inet4Address;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Messages in, messages out: who gets which address by a relay agent, and what comes with it. */
final class RelayedDhcpTest {
  private static final MacAddress PHONE = MacAddress.of("02:00:00:00:01:64");
  private static final Inet4Address OWN = ip("198.51.100.5");
  private static final Inet4Address DNS = ip("198.51.100.53");
  private static final Inet4Address RELAY = ip("192.168.1.1");
  private static final Inet4Address FIREWALL = ip("203.0.113.7");
  private static final Duration DAY = Duration.ofDays(1);

  private final VirtualTime time = new VirtualTime();
  private final Store store = new Store();
  private final AddressPool pool =
      new AddressPool(AddressRange.of("198.18.0.0/15"), DAY, time, store);
  private final Set<MacAddress> known = new HashSet<>(Set.of(PHONE));
  private final RelayedDhcp server =
      new RelayedDhcp(known::contains, pool, OWN, List.of(DNS), time);

  /** A store whose disk a test can stop. */
  private static final class Store implements DurableStore<AddressLease> {
    private final List<CompletableFuture<Void>> waiting = new ArrayList<>();
    private boolean held;
    private int writes;

    @Override
    public List<AddressLease> load() {
      return List.of();
    }

    @Override
    public CompletionStage<Void> write(AddressLease value) {
      writes++;
      CompletableFuture<Void> written = new CompletableFuture<>();
      if (held) {
        waiting.add(written);
      } else {
        written.complete(null);
      }
      return written;
    }

    @Override
    public void writeSoon(AddressLease value) {
      writes++;
    }

    @Override
    public void close() {}
  }

  private static Inet4Address ip(String literal) {
    return (Inet4Address) IpLiteral.parse(literal).orElseThrow();
  }

  /** A client's message, as its relay agent forwards it. */
  private static final class Message {
    private final Map<Integer, byte[]> options = new TreeMap<>();
    private MacAddress mac = PHONE;
    private Inet4Address client = Ipv4.ANY;
    private Inet4Address relay = RELAY;
    private boolean fromServer;

    Message(MessageType type) {
      options.put(DhcpOptions.MESSAGE_TYPE, new byte[] {(byte) type.code()});
    }

    Message with(int code, byte... value) {
      options.put(code, value);
      return this;
    }

    Message requesting(Inet4Address address) {
      return with(DhcpOptions.REQUESTED_ADDRESS, address.getAddress());
    }

    Message choosing(Inet4Address identifier) {
      return with(DhcpOptions.SERVER, identifier.getAddress());
    }

    Message having(Inet4Address address) {
      client = address;
      return this;
    }

    Message notRelayed() {
      relay = Ipv4.ANY;
      return this;
    }

    byte[] octets() {
      return DhcpWriter.write(
          new DhcpMessage(
              fromServer,
              77,
              3,
              client,
              Ipv4.ANY,
              Ipv4.ANY,
              LinkAddress.of(mac),
              new DhcpOptions(options),
              true,
              relay));
    }
  }

  private static Message discover() {
    return new Message(MessageType.DISCOVER);
  }

  private static Message request() {
    return new Message(MessageType.REQUEST);
  }

  private Optional<DhcpMessage> answer(Message message) {
    return server
        .answer(message.octets(), FIREWALL)
        .toCompletableFuture()
        .join()
        .map(RelayedDhcpTest::read);
  }

  private static DhcpMessage read(byte[] octets) {
    try {
      return DhcpReader.read(octets);
    } catch (MalformedDhcpException e) {
      throw new AssertionError(e);
    }
  }

  private static void isOf(MessageType type, Optional<DhcpMessage> answer) {
    assertThat(answer.flatMap(a -> a.options().type())).contains(type);
  }

  /** The address of a phone that has been through it all. */
  private Inet4Address leased() {
    Inet4Address offered = answer(discover()).orElseThrow().yourAddress();
    Optional<DhcpMessage> answer = answer(request().requesting(offered).choosing(OWN));
    isOf(MessageType.ACK, answer);
    assertThat(answer.orElseThrow().yourAddress()).isEqualTo(offered);
    return offered;
  }

  @Test
  void aPhoneGetsItsUniqueAddressAndTheRelayAgentAsTheWayOut() {
    Inet4Address offered = answer(discover()).orElseThrow().yourAddress();
    assertThat(store.writes).isZero();
    DhcpMessage ack = answer(request().requesting(offered).choosing(OWN)).orElseThrow();
    assertThat(store.writes).isEqualTo(1);
    assertThat(pool.range().contains(offered)).isTrue();
    assertThat(ack.fromServer()).isTrue();
    assertThat(ack.xid()).isEqualTo(77);
    assertThat(ack.yourAddress()).isEqualTo(offered);
    assertThat(ack.relayAddress()).isEqualTo(RELAY);
    assertThat(ack.broadcast()).isTrue();
    assertThat(ack.mac()).isEqualTo(LinkAddress.of(PHONE));
    DhcpOptions options = ack.options();
    assertThat(options.address(DhcpOptions.SERVER)).contains(OWN);
    assertThat(options.prefixLength()).contains(32);
    assertThat(options.addresses(DhcpOptions.ROUTERS)).containsExactly(RELAY);
    assertThat(options.octets(DhcpOptions.CLASSLESS_ROUTES)).isEmpty();
    assertThat(options.addresses(DhcpOptions.NAME_SERVERS)).containsExactly(DNS);
    assertThat(options.octets(DhcpOptions.SIP_SERVERS)).isEmpty();
    assertThat(options.number(DhcpOptions.LEASE_TIME)).contains(86_400L);
    assertThat(options.number(DhcpOptions.RENEWAL_TIME)).contains(43_200L);
    assertThat(options.number(DhcpOptions.REBINDING_TIME)).contains(75_600L);
  }

  @ParameterizedTest
  @ValueSource(strings = {"255.255.255.255", "224.0.0.1", "127.0.0.1", "0.0.0.1"})
  void whatNoRouterCanHaveIsNoRelayAgent(String address) {
    Message forged = discover();
    forged.relay = ip(address);
    assertThat(answer(forged)).isEmpty();
    Inet4Address own = leased();
    Message request = request().requesting(own);
    request.relay = ip(address);
    assertThat(answer(request)).isEmpty();
    DhcpMessage renewed = answer(request().notRelayed().having(own)).orElseThrow();
    assertThat(renewed.options().addresses(DhcpOptions.ROUTERS)).containsExactly(RELAY);
  }

  @Test
  void whoReadsClasslessRoutesIsToldThatTheRelayAgentIsOnTheLink() {
    Message asking = discover().with(DhcpOptions.WANTED, (byte) 1, (byte) 121, (byte) 3);
    assertThat(answer(asking).orElseThrow().options().octets(DhcpOptions.CLASSLESS_ROUTES))
        .contains(
            new byte[] {
              32, (byte) 192, (byte) 168, 1, 1, 0, 0, 0, 0, 0, (byte) 192, (byte) 168, 1, 1
            });
  }

  @Test
  void whoAsksForASipServerIsToldTheSwitch() {
    Message asking = discover().with(DhcpOptions.WANTED, (byte) 120);
    assertThat(answer(asking).orElseThrow().options().sipServers()).containsExactly("198.51.100.5");
  }

  @Test
  void whatRelayAgentAndClientCallThemselvesComesBackAsItWas() {
    byte[] relayAgent = {1, 2, 'p', '7', 2, 1, 9};
    byte[] client = {(byte) 255, 1, 2, 3};
    Message asking =
        discover().with(DhcpOptions.RELAY_AGENT, relayAgent).with(DhcpOptions.CLIENT, client);
    byte[] octets =
        server.answer(asking.octets(), FIREWALL).toCompletableFuture().join().orElseThrow();
    assertThat(read(octets).options().octets(DhcpOptions.RELAY_AGENT)).contains(relayAgent);
    assertThat(read(octets).options().octets(DhcpOptions.CLIENT)).contains(client);
    String text = DhcpOptions.hex(octets);
    assertThat(text).contains("5207" + DhcpOptions.hex(relayAgent) + "ff");
  }

  @Test
  void aRelayAgentMayStandAsTheServer() {
    byte[] override = {1, 1, 9, 11, 4, (byte) 192, (byte) 168, 1, 1};
    Message asking = discover().with(DhcpOptions.RELAY_AGENT, override);
    DhcpMessage offer = answer(asking).orElseThrow();
    assertThat(offer.options().address(DhcpOptions.SERVER)).contains(RELAY);
    Inet4Address offered = offer.yourAddress();
    assertThat(
            answer(
                request()
                    .requesting(offered)
                    .choosing(OWN)
                    .with(DhcpOptions.RELAY_AGENT, override)))
        .isEmpty();
    isOf(
        MessageType.ACK,
        answer(
            request().requesting(offered).choosing(RELAY).with(DhcpOptions.RELAY_AGENT, override)));
  }

  @Test
  void aDamagedRelayOptionOverridesNothing() {
    for (byte[] damaged :
        List.of(new byte[] {11}, new byte[] {11, 4, 1, 2}, new byte[] {11, 3, 1, 2, 3})) {
      DhcpMessage offer = answer(discover().with(DhcpOptions.RELAY_AGENT, damaged)).orElseThrow();
      assertThat(offer.options().address(DhcpOptions.SERVER)).contains(OWN);
      assertThat(offer.options().octets(DhcpOptions.RELAY_AGENT)).contains(damaged);
    }
  }

  @Test
  void aStrangerGetsSilence() {
    known.clear();
    for (MessageType type : MessageType.values()) {
      assertThat(answer(new Message(type).requesting(ip("198.18.0.9")))).isEmpty();
    }
    assertThat(pool.held()).isZero();
    assertThat(store.writes).isZero();
  }

  @Test
  void whoIsNotBehindARelayAgentGetsNoAddress() {
    assertThat(answer(discover().notRelayed())).isEmpty();
    assertThat(answer(request().notRelayed().requesting(ip("198.18.0.9")))).isEmpty();
    assertThat(pool.held()).isZero();
  }

  @Test
  void anAddressIsRenewedByTheRelayAgentOrWithoutIt() {
    Inet4Address own = leased();
    time.advance(DAY.dividedBy(2));
    DhcpMessage direct = answer(request().notRelayed().having(own)).orElseThrow();
    assertThat(direct.options().type()).contains(MessageType.ACK);
    assertThat(direct.yourAddress()).isEqualTo(own);
    assertThat(direct.clientAddress()).isEqualTo(own);
    assertThat(direct.options().number(DhcpOptions.LEASE_TIME)).contains(86_400L);
    assertThat(direct.options().addresses(DhcpOptions.ROUTERS)).containsExactly(RELAY);
    time.advance(DAY.dividedBy(2));
    isOf(MessageType.ACK, answer(request().having(own)));
    assertThat(pool.find(own).orElseThrow().mac()).isEqualTo(PHONE);
  }

  @Test
  void whoForgesARelayedRequestDoesNotBecomeTheDevicesRouter() {
    Inet4Address own = leased();
    Message forged = request().having(own);
    forged.relay = ip("6.6.6.6");
    assertThat(server.answer(forged.octets(), ip("203.0.113.66")).toCompletableFuture().join())
        .isPresent();
    DhcpMessage direct = answer(request().notRelayed().having(own)).orElseThrow();
    assertThat(direct.options().addresses(DhcpOptions.ROUTERS)).containsExactly(RELAY);
  }

  @Test
  void fromAnotherFirewallTheRelayAgentIsWaitedFor() {
    Inet4Address own = leased();
    byte[] direct = request().notRelayed().having(own).octets();
    assertThat(server.answer(direct, ip("203.0.113.8")).toCompletableFuture().join()).isEmpty();
  }

  @Test
  void afterARestartOfTheSwitchTheRelayAgentIsWaitedFor() {
    Inet4Address own = leased();
    RelayedDhcp next = new RelayedDhcp(known::contains, pool, OWN, List.of(DNS), time);
    byte[] direct = request().notRelayed().having(own).octets();
    assertThat(next.answer(direct, FIREWALL).toCompletableFuture().join()).isEmpty();
    assertThat(next.answer(request().having(own).octets(), FIREWALL).toCompletableFuture().join())
        .isPresent();
    assertThat(next.answer(direct, FIREWALL).toCompletableFuture().join()).isPresent();
  }

  @Test
  void theTimeToldIsTheTimeThatIsLeft() {
    Inet4Address own = leased();
    time.advance(Duration.ofHours(6));
    DhcpMessage again = answer(request().having(own)).orElseThrow();
    assertThat(again.options().number(DhcpOptions.LEASE_TIME)).contains(64_800L);
    assertThat(store.writes).isEqualTo(1);
  }

  @Test
  void anAddressIsConfirmedAfterARestartOfThePhone() {
    Inet4Address own = leased();
    isOf(MessageType.ACK, answer(request().requesting(own)));
  }

  @Test
  void whoAsksForAnotherAddressIsRefusedByBroadcast() {
    Inet4Address own = leased();
    DhcpMessage refusal = answer(request().requesting(ip("198.18.0.9"))).orElseThrow();
    assertThat(refusal.options().type()).contains(MessageType.NAK);
    assertThat(refusal.yourAddress()).isEqualTo(Ipv4.ANY);
    assertThat(refusal.broadcast()).isTrue();
    assertThat(refusal.options().number(DhcpOptions.LEASE_TIME)).isEmpty();
    isOf(MessageType.ACK, answer(request().having(own)));
  }

  @Test
  void whatIsRefusedIsNotWritten() {
    isOf(MessageType.NAK, answer(request().requesting(ip("198.18.0.9"))));
    assertThat(store.writes).isZero();
    assertThat(pool.held()).isZero();
  }

  @Test
  void anotherServersOfferIsItsOwnBusiness() {
    assertThat(answer(request().requesting(ip("198.18.0.9")).choosing(ip("192.168.1.2"))))
        .isEmpty();
    assertThat(answer(request().requesting(ip("192.168.1.100")))).isEmpty();
    assertThat(pool.held()).isZero();
  }

  @Test
  void isAcknowledgedOnlyWhenItIsDurable() {
    Inet4Address offered = answer(discover()).orElseThrow().yourAddress();
    store.held = true;
    CompletionStage<Optional<byte[]>> answer =
        server.answer(request().requesting(offered).choosing(OWN).octets(), FIREWALL);
    assertThat(answer.toCompletableFuture()).isNotDone();
    store.waiting.forEach(w -> w.complete(null));
    assertThat(answer.toCompletableFuture()).isCompletedWithValueMatching(Optional::isPresent);
  }

  @Test
  void aDiskThatFailsIsSilence() {
    Inet4Address offered = answer(discover()).orElseThrow().yourAddress();
    store.held = true;
    CompletionStage<Optional<byte[]>> answer =
        server.answer(request().requesting(offered).choosing(OWN).octets(), FIREWALL);
    store.waiting.forEach(w -> w.completeExceptionally(new IllegalStateException("disk full")));
    assertThat(answer.toCompletableFuture()).isCompletedWithValue(Optional.empty());
  }

  @Test
  void aDeclinedAddressIsNotOfferedAgain() {
    Inet4Address own = leased();
    assertThat(answer(new Message(MessageType.DECLINE).requesting(own).choosing(OWN))).isEmpty();
    Inet4Address other = leased();
    assertThat(other).isNotEqualTo(own);
    assertThat(pool.find(own)).isEmpty();
  }

  @Test
  void anAddressIsDeclinedByTheRelayAgentToThisServerAndOnceAMinute() {
    Inet4Address own = leased();
    answer(new Message(MessageType.DECLINE).requesting(own)); // to which server?
    answer(new Message(MessageType.DECLINE).requesting(own).choosing(ip("192.168.1.2")));
    answer(new Message(MessageType.DECLINE).notRelayed().requesting(own).choosing(OWN));
    assertThat(leased()).isEqualTo(own);
    answer(new Message(MessageType.DECLINE).requesting(own).choosing(OWN));
    Inet4Address second = leased();
    assertThat(second).isNotEqualTo(own);
    time.advance(Duration.ofSeconds(59));
    answer(new Message(MessageType.DECLINE).requesting(second).choosing(OWN));
    assertThat(leased()).isEqualTo(second);
    time.advance(Duration.ofSeconds(1));
    answer(new Message(MessageType.DECLINE).requesting(second).choosing(OWN));
    assertThat(leased()).isNotEqualTo(second);
  }

  @Test
  void aPhonesUniqueAddressIsItsAddressByDhcpToo() {
    Optional<AddressLease> unique =
        pool.lease(PHONE, Optional.of(new PhoneNumber("+15551230001")))
            .toCompletableFuture()
            .join();
    assertThat(leased()).isEqualTo(unique.orElseThrow().address());
    assertThat(pool.find(unique.get().address()).orElseThrow().number()).isPresent();
  }

  @Test
  void aReleasedAddressIsTheSameNextTime() {
    Inet4Address own = leased();
    assertThat(answer(new Message(MessageType.RELEASE).notRelayed().having(own))).isEmpty();
    assertThat(leased()).isEqualTo(own);
  }

  @ParameterizedTest
  @EnumSource(names = {"OFFER", "ACK", "NAK", "INFORM"})
  void whatAsksForNoAddressIsNotAnswered(MessageType type) {
    assertThat(answer(new Message(type).requesting(ip("198.18.0.9")))).isEmpty();
    Message reply = new Message(MessageType.DISCOVER);
    reply.fromServer = true;
    assertThat(answer(reply)).isEmpty();
  }

  @Test
  void anAnswerIsNoMuchLongerThanItsQuestion() {
    byte[] question = discover().octets();
    byte[] answer = server.answer(question, FIREWALL).toCompletableFuture().join().orElseThrow();
    assertThat(answer.length).isEqualTo(question.length);
  }

  @Test
  void aDeviceThatNoAccountNamesIsLoggedOnce() {
    Logger log = (Logger) LoggerFactory.getLogger(RelayedDhcp.class);
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    log.addAppender(lines);
    try {
      known.clear();
      assertThat(answer(discover())).isEmpty();
      assertThat(answer(discover())).isEmpty();
      time.advance(Duration.ofMinutes(10));
      assertThat(answer(discover())).isEmpty();
    } finally {
      log.detachAppender(lines);
    }
    assertThat(lines.list)
        .hasSize(2)
        .allMatch(line -> line.getLevel() == Level.INFO)
        .allMatch(
            line ->
                line.getFormattedMessage()
                    .startsWith(
                        PHONE
                            + " asks for an address by DHCP from 203.0.113.7, relay agent "
                            + "192.168.1.1: no account names it"));
  }
}
