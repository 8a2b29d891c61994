// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.call;

import static io.phoneagent.dnsswitch.call.World.ALICE;
import static io.phoneagent.dnsswitch.call.World.BOB;
import static io.phoneagent.dnsswitch.call.World.CAROL;
import static io.phoneagent.dnsswitch.call.World.FAR;
import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.PhoneNumber;
import io.phoneagent.sip.DigestAccount;
import io.phoneagent.sip.HeaderField;
import io.phoneagent.sip.ReferTo;
import io.phoneagent.sip.SipMethod;
import io.phoneagent.sip.SipTokens;
import io.phoneagent.sip.SipUri;
import io.phoneagent.testkit.VirtualHost;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Nobody spends money by accident: what may go over the trunk, and what is tried to get there. */
class MoneyTest {
  private static final String URI = "sip:" + FAR + "@192.0.2.10:5060";

  private final World world = new World();
  private final AgentPhone alice = world.phone(ALICE);

  /** An INVITE as it stands on the line, with further fields. */
  private static String invite(String uri, String from, End media, String... fields) {
    String sdp = new String(media.sdp(), StandardCharsets.UTF_8);
    StringBuilder text = new StringBuilder("INVITE ").append(uri).append(" SIP/2.0\r\n");
    text.append("Via: SIP/2.0/UDP 203.0.113.9;rport;branch=z9hG4bK").append(fields.length);
    text.append("\r\nMax-Forwards: 70\r\nFrom: <sip:").append(from).append("@192.0.2.10>;tag=1");
    text.append("\r\nTo: <")
        .append(uri)
        .append(">\r\nCall-ID: c")
        .append(from)
        .append(fields.length);
    text.append("\r\nCSeq: 1 INVITE\r\nContact: <sip:x@203.0.113.9>\r\n");
    for (String field : fields) {
      text.append(field).append("\r\n");
    }
    return text.append("Content-Type: application/sdp\r\nContent-Length: ")
        .append(sdp.length())
        .append("\r\n\r\n")
        .append(sdp)
        .toString();
  }

  private static final String[] BORROWED_NAMES = {
    "P-Asserted-Identity: <sip:" + BOB + "@192.0.2.10>",
    "P-Preferred-Identity: <sip:" + BOB + "@192.0.2.10>",
    "Remote-Party-ID: <sip:" + BOB + "@192.0.2.10>;party=calling",
    "Diversion: <sip:" + ALICE + "@192.0.2.10>;reason=unconditional",
    "History-Info: <sip:" + ALICE + "@192.0.2.10>;index=1",
    "Referred-By: <sip:" + ALICE + "@192.0.2.10>"
  };

  @ParameterizedTest
  @ValueSource(strings = {"stranger", "trunk"})
  void borrowedNamesOpenTheTrunkToNobody(String who) {
    End caller = who.equals("trunk") ? world.trunk : world.stranger();
    caller.raw(invite(URI, "12345", caller, BORROWED_NAMES));
    world.millis(200);
    assertThat(caller.received).isNotEmpty().allMatch(t -> t.startsWith("SIP/2.0 404"));
    assertThat(world.trunk.incoming).isEmpty();
  }

  @Test
  void aPhonesBorrowedNamesDoNotReachTheTrunk() {
    HeaderField proof = alice.account(alice.nonce).preemptive(SipMethod.INVITE, URI).orElseThrow();
    String[] fields = Arrays.copyOf(BORROWED_NAMES, BORROWED_NAMES.length + 1);
    fields[BORROWED_NAMES.length] = "Authorization: " + proof.value();
    alice.raw(invite(URI, ALICE.e164(), alice, fields));
    world.millis(200);
    assertThat(world.trunk.take()).containsExactly("incoming " + ALICE);
    assertThat(world.trunk.lastReceived("INVITE"))
        .doesNotContain(BOB.e164())
        .doesNotContainIgnoringCase("Diversion")
        .doesNotContain("Authorization");
  }

  @ParameterizedTest
  @ValueSource(strings = {"REFER", "INVITE", "MESSAGE"})
  void aPhonesFlowAloneBuysNothing(String method) {
    String request =
        invite(URI, ALICE.e164(), alice, "Refer-To: <sip:" + FAR + "@192.0.2.10>")
            .replace("INVITE sip", method + " sip")
            .replace("1 INVITE", "1 " + method);
    alice.raw(request);
    world.millis(500);
    assertThat(alice.received).anyMatch(t -> t.matches("(?s)SIP/2.0 4(01|05) .*"));
    assertThat(world.trunk.incoming).isEmpty();
  }

  /** Same address as the flow and another port, same port and another address. */
  @ParameterizedTest
  @CsvSource({"true, 5070", "false, 5060"})
  void aSourceThatOnlyLooksLikeTheFlowIsAStranger(boolean sameFirewall, int port) {
    VirtualHost host =
        sameFirewall ? alice.nat.host("192.168.1.9") : world.network.host("203.0.113.77");
    End near = new End(world, "near", host, port);
    String forged = "Via: SIP/2.0/UDP " + alice.nat.publicAddress().getHostAddress() + ":40000";
    HeaderField proof = alice.account(alice.nonce).preemptive(SipMethod.INVITE, URI).orElseThrow();
    near.raw(invite(URI, ALICE.e164(), near));
    near.raw(invite(URI, ALICE.e164(), near, "Authorization: " + proof.value()));
    near.raw(
        invite(URI, ALICE.e164(), near, "X: y", "X: z")
            .replaceFirst("Via: SIP/2.0/UDP [0-9.]+", forged));
    alice.received.clear();
    world.millis(2000);
    assertThat(world.trunk.incoming).isEmpty();
    assertThat(near.received).isNotEmpty().allMatch(t -> t.startsWith("SIP/2.0 401"));
    assertThat(alice.received).as("what a forged Via draws to the phone").isEmpty();
  }

  @Test
  void aForgedViaDrawsNoAnswerToItsVictim() {
    End stranger = world.stranger();
    End victim = world.stranger();
    String via = "Via: SIP/2.0/UDP " + victim.host.address().getHostAddress() + ":5060";
    for (String more :
        new String[] {"", ";rport", ";received=203.0.113.11", ";maddr=203.0.113.11"}) {
      stranger.raw(
          invite(URI, "12345", stranger, "X: " + more)
              .replaceFirst("Via: SIP/2.0/UDP [0-9.]+;rport", via + more));
    }
    world.millis(40_000);
    assertThat(victim.received).isEmpty();
    assertThat(stranger.received).isNotEmpty();
  }

  @Test
  void aRefusedStrangerIsSentNoMoreThanItSent() {
    End stranger = world.stranger();
    String request = invite(URI, "12345", stranger);
    stranger.raw(request);
    world.millis(40_000);
    assertThat(stranger.received.stream().mapToInt(String::length).sum())
        .isLessThanOrEqualTo(request.length());
  }

  @Test
  void strangersRingADeadPhonesBackupAFewTimesAMinute() {
    world.account(BOB, Optional.of(FAR), true);
    for (int i = 0; i < 10; i++) {
      world.stranger().call(BOB);
      world.millis(100);
      world.trunk.incoming.forEach(s -> s.reject(486)); // none is left unanswered
      world.millis(100);
    }
    assertThat(world.trunk.incoming).hasSize(3);
    world.pass(Duration.ofMinutes(1));
    world.stranger().call(BOB);
    world.stranger().call(BOB);
    world.millis(100);
    assertThat(world.trunk.incoming).hasSize(4);
    alice.call(BOB);
    world.millis(100);
    assertThat(world.trunk.incoming).as("a phone is not held up by strangers").hasSize(5);
  }

  @Test
  void strangersTogetherAreHeldToAFewBackupsForAllNumbers() {
    for (int i = 0; i < 30; i++) {
      PhoneNumber dead = new PhoneNumber("+1555100" + (1000 + i));
      world.account(dead, Optional.of(FAR), true);
      world.stranger().call(dead);
      world.millis(50);
      world.trunk.incoming.forEach(s -> s.reject(486));
    }
    assertThat(world.trunk.incoming).hasSizeBetween(20, 22);
  }

  @Test
  void theTrunkReachesTheTrunkAsABackupAndNotOtherwise() {
    world.account(BOB, Optional.of(FAR), false);
    world.trunk.call(FAR.e164(), "12345");
    world.trunk.call(FAR.e164(), ALICE.e164());
    world.millis(100);
    assertThat(world.trunk.take()).containsExactly("ended 404 there", "ended 404 there");
    world.trunk.call(BOB.e164(), "12345");
    world.millis(100);
    assertThat(world.trunk.take()).containsExactly("incoming 12345");
  }

  @ParameterizedTest
  @CsvSource({"false, false, 0", "true, false, 1", "true, true, 1"})
  void twoNumbersThatAreEachOthersBackupsRingOnce(boolean carolThere, boolean refuses, int rings) {
    world.account(BOB, Optional.of(CAROL), true);
    world.account(CAROL, Optional.of(BOB), true);
    Optional<AgentPhone> carol = carolThere ? Optional.of(world.phone(CAROL)) : Optional.empty();
    carol.filter(c -> refuses).ifPresent(c -> c.rejects(480));
    alice.call(BOB);
    world.millis(3000);
    assertThat(carol.map(c -> c.incoming.size()).orElse(0)).isEqualTo(rings);
    assertThat(world.trunk.incoming).isEmpty();
    if (rings == 0 || refuses) {
      assertThat(alice.take()).containsExactly("ended 480 there");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"+442079460000", "442079460000"})
  void aCallerIsNotItsOwnBackupHoweverItIsWritten(String caller) {
    world.account(BOB, Optional.of(FAR), true);
    world.trunk.call(BOB.e164(), caller);
    world.millis(300);
    assertThat(world.trunk.take()).containsExactly("ended 480 there");
  }

  /** The backup is forwarded, beyond the trunk, to the number it is the backup of. */
  @ParameterizedTest
  @CsvSource({"true, 6, 3", "true, 70, 5", "false, 70, 5"})
  void aBackupThatLeadsBackToItsNumberEnds(boolean countsForwards, int forwards, int rings) {
    World large = new World(200);
    AgentPhone caller = large.phone(ALICE);
    large.account(BOB, Optional.of(FAR), true);
    large.trunk.onCall =
        session -> {
          session.ring();
          int left = countsForwards ? session.invite().orElseThrow().maxForwards().orElse(0) : 70;
          large.trunk.call(BOB.e164(), ALICE.e164(), left - 1);
        };
    caller.call(BOB.e164(), ALICE.e164(), forwards);
    large.millis(20_000);
    assertThat(large.trunk.incoming).hasSize(rings);
    large.millis(200_000);
    assertThat(large.board.calls()).isZero();
    assertThat(large.relayPorts()).isZero();
  }

  @Test
  void aLoopThroughTwoNumbersEndsToo() {
    World large = new World(200);
    AgentPhone caller = large.phone(ALICE);
    PhoneNumber otherFar = new PhoneNumber("+442079460001");
    large.account(BOB, Optional.of(FAR), true);
    large.account(CAROL, Optional.of(otherFar), true);
    large.trunk.onCall =
        session -> {
          session.ring();
          boolean toFar = session.invite().orElseThrow().uri().toString().contains(FAR.e164());
          large.trunk.call((toFar ? CAROL : BOB).e164(), "12345");
        };
    caller.call(BOB);
    large.millis(20_000);
    assertThat(large.trunk.incoming).hasSizeLessThanOrEqualTo(10);
  }

  @Test
  void aBackupThatIsLostInItsTurnIsNotReplaced() {
    world.account(BOB, Optional.of(CAROL), true);
    world.account(CAROL, Optional.of(FAR), true);
    AgentPhone carol = world.phone(CAROL);
    carol.answers();
    var call = alice.call(BOB);
    world.millis(2000);
    alice.prove(call);
    carol.prove(carol.last());
    carol.silent(true);
    for (int i = 0; i < 400; i++) {
      alice.say(call, "a");
      world.millis(20);
    }
    assertThat(world.trunk.incoming).isEmpty();
    assertThat(List.copyOf(alice.take())).contains("established").doesNotContain("offer");
  }

  /** Whoever knows an account's secret calls from any port, and from any address. */
  @Test
  void anAccountHasSoManyCallsWhereverTheyComeFrom() {
    World large = new World(1000);
    large.trunk.rings();
    for (int i = 0; i < 4; i++) {
      End thief = new End(large, "thief" + i, large.network.host("203.0.113." + (200 + i)), 5060);
      thief.credentials =
          new DigestAccount(BOB.e164(), "secret", SipTokens.from(new Random(200 + i)));
      for (int j = 0; j < 15; j++) {
        thief.call(FAR.e164(), BOB.e164());
        large.pass(Duration.ofMillis(200));
      }
    }
    assertThat(large.board.calls()).isEqualTo(20);
    assertThat(large.trunk.incoming).hasSize(20);
  }

  /** Calls that it is called by, and has transferred to whom somebody pays for. */
  @Test
  void transfersCountAsCallsOfTheTransferor() {
    World large = new World(1000);
    AgentPhone phone = large.phone(ALICE);
    phone.answersAfter(Duration.ZERO);
    large.trunk.answersAfter(Duration.ZERO);
    for (int i = 0; i < 25; i++) {
      large.trunk.call(ALICE);
      large.pass(Duration.ofSeconds(1));
      phone.last().refer(new ReferTo(SipUri.of(FAR.e164(), "192.0.2.10"), Optional.empty()));
      large.pass(Duration.ofSeconds(2));
    }
    assertThat(large.trunk.incoming).hasSize(20);
  }
}
