// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.lab.Account;
import io.phoneagent.lab.Event;
import io.phoneagent.lab.InLab;
import io.phoneagent.lab.PhoneProcess;
import io.phoneagent.lab.PlainPhone;
import io.phoneagent.lab.PlainPhone.Make;
import io.phoneagent.lab.RunningProgram;
import io.phoneagent.lab.SideBySide;
import io.phoneagent.lab.SippPhone;
import io.phoneagent.lab.TestBed;
import io.phoneagent.lab.TrunkPeer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * SIP phones that know nothing of us, registered with the switch from behind a NAT: they call and
 * are called by a phone of ours, and by each other. What they heard is measured: linphone records
 * it, and baresip says again what it hears.
 */
@InLab
@SideBySide
final class PlainPhonesTest {
  private static final Duration TALK = Duration.ofSeconds(4);
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Account ANN = Numbers.ANN;
  private static final List<String> TRANSPORTS = List.of("udp", "tcp", "tls");

  private static TestBed bed;
  private static Path sounds;
  private static String address;
  private static Account sipps;
  private static Account otherSipps;
  private static PhoneProcess ann;
  private static Voice anns;
  private static final Map<String, PlainPhone> phones = new LinkedHashMap<>();
  private static TrunkPeer trunk;

  @BeforeAll
  static void build() throws Exception {
    List<Account> accounts = new ArrayList<>(List.of(ANN));
    for (int i = 0; i < 8; i++) {
      Account account = Account.of("+1555123010" + i).backedByTrunk(TestBed.OUTSIDE);
      // What the Debian packages of baresip and SIPp know.
      accounts.add(i < 3 || i >= 6 ? account.withDigest("md5") : account);
    }
    bed = TestBed.up(accounts.toArray(Account[]::new));
    sounds = Files.createDirectories(bed.lab().state().resolve("sounds"));
    address = bed.lab().lease("phone2");
    sipps = accounts.get(7);
    otherSipps = accounts.get(8);
    int place = 0;
    for (Make make : Make.values()) {
      for (String transport : TRANSPORTS) {
        place++;
        phones.put(
            make + "/" + transport,
            PlainPhone.start(
                bed.lab(),
                make,
                "phone2",
                new PlainPhone.Registration(
                    accounts.get(place),
                    transport,
                    transport.equals("tls")
                        ? "switch.lab.test:5061" // the name of its certificate
                        : TestBed.SWITCH + ":5060",
                    bed.authority(),
                    place)));
      }
    }
    anns = Voice.of(sounds, 1);
    ann = bed.phone("phone1", ANN, anns.options()).awaitReachable();
    trunk = bed.trunk();
    trunk.incoming("ring");
    phones.values().forEach(PlainPhonesTest::awaitRegistered);
  }

  private static void awaitRegistered(PlainPhone phone) {
    Awaitility.await(phone + " is registered")
        .atMost(PATIENCE)
        .until(
            () ->
                bed.dnsSwitch()
                    .program()
                    .errors()
                    .contains(phone.account().number() + " is reached at"));
  }

  @AfterAll
  static void end() {
    phones.values().forEach(PlainPhone::close);
    bed.close();
  }

  private static PlainPhone phone(Make make, String transport) {
    PlainPhone phone = phones.get(make + "/" + transport);
    if (phone == null) {
      throw new IllegalArgumentException(make + " over " + transport);
    }
    phone.turnPage();
    return phone;
  }

  private static Voice heardBy(PlainPhone phone) {
    Voice voice = Voice.of(sounds, 2);
    phone.sounds(voice.played(), voice.heard());
    return voice;
  }

  private static void talk(Event since) {
    Awaitility.await("they talk")
        .atMost(TALK.plus(PATIENCE))
        .until(() -> System.currentTimeMillis() > since.at() + TALK.toMillis());
  }

  /** After the call: each has heard the other, or, where one says what it hears, itself. */
  private static void heardWell(PlainPhone phone, Voice theirs) {
    Voice heard = anns.inCall(ann.events().named("call-established").size());
    if (phone.echoes()) {
      assertThat(Voice.heardMillis(heard, anns)).as("of her own voice").isGreaterThan(3000);
    } else {
      // How evenly is the other program's affair, on a machine that is busy.
      assertThat(Voice.heardMillis(heard, theirs)).as("of its voice").isGreaterThan(3000);
      assertThat(Voice.heardMillis(theirs, heard)).as("of her voice").isGreaterThan(3000);
      assertThat(Voice.heardMillis(theirs, theirs)).as("of itself").isLessThan(100);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "BARESIP, udp",
    "BARESIP, tcp",
    "BARESIP, tls",
    "LINPHONE, udp",
    "LINPHONE, tcp",
    "LINPHONE, tls"
  })
  void aPhoneOfOursCallsIt(Make make, String transport) {
    PlainPhone phone = phone(make, transport);
    Voice theirs = heardBy(phone);
    int mark = ann.events().mark();
    ann.say("call " + phone.account().number());
    phone.awaitRinging();
    ann.await(mark, "call-ringing");
    phone.answer();
    Event established = ann.await(mark, "call-established");
    phone.awaitEstablished();
    talk(established);
    ann.say("hangup");
    ann.await(mark, "call-ended");
    phone.awaitOver();
    heardWell(phone, theirs);
  }

  @ParameterizedTest
  @CsvSource({
    "BARESIP, udp",
    "BARESIP, tcp",
    "BARESIP, tls",
    "LINPHONE, udp",
    "LINPHONE, tcp",
    "LINPHONE, tls"
  })
  void itCallsAPhoneOfOurs(Make make, String transport) {
    PlainPhone phone = phone(make, transport);
    Voice theirs = heardBy(phone);
    int mark = ann.events().mark();
    phone.call(ANN.number());
    assertThat(ann.await(mark, "call-incoming").text("from")).isEqualTo(phone.account().number());
    ann.say("answer");
    phone.awaitEstablished();
    talk(ann.await(mark, "call-established"));
    phone.hangUp();
    ann.await(mark, "call-ended");
    heardWell(phone, theirs);
  }

  /** Some that have each make and each transport on both sides; {@code -Dpairings=all}: all. */
  static List<Arguments> pairings() {
    if (!System.getProperty("pairings", "").equals("all")) {
      return List.of(
          Arguments.of(Make.BARESIP, "udp", Make.LINPHONE, "tls"),
          Arguments.of(Make.LINPHONE, "tcp", Make.BARESIP, "tcp"),
          Arguments.of(Make.BARESIP, "tls", Make.LINPHONE, "udp"));
    }
    List<Arguments> all = new ArrayList<>();
    for (Make calling : Make.values()) {
      for (String one : TRANSPORTS) {
        for (Make called : Make.values()) {
          for (String other : TRANSPORTS) {
            if (calling != called || !one.equals(other)) {
              all.add(Arguments.of(calling, one, called, other));
            }
          }
        }
      }
    }
    return all;
  }

  @ParameterizedTest
  @MethodSource("pairings")
  void theyCallEachOther(Make calling, String one, Make called, String other) {
    PlainPhone caller = phone(calling, one);
    PlainPhone callee = phone(called, other);
    caller.call(callee.account().number());
    callee.awaitRinging();
    callee.answer();
    caller.awaitEstablished();
    callee.awaitEstablished();
    caller.hangUp();
    callee.awaitOver();
  }

  @ParameterizedTest
  @CsvSource({"BARESIP, udp", "BARESIP, tls", "LINPHONE, tcp", "LINPHONE, udp"})
  void itRingsUntilTheCallerGivesUpAndMayDecline(Make make, String transport) {
    PlainPhone phone = phone(make, transport);
    int rungBefore = trunk.events().named("rung").size();
    int mark = ann.events().mark();
    ann.say("call " + phone.account().number());
    phone.awaitRinging();
    ann.await(mark, "call-ringing");
    ann.say("hangup");
    ann.await(mark, "call-ended");
    phone.awaitOver();

    phone.turnPage();
    int second = ann.events().mark();
    ann.say("call " + phone.account().number());
    phone.awaitRinging();
    phone.hangUp();
    assertThat(ann.await(second, "call-ended").body().path("status").asInt()).isIn(486, 603);
    assertThat(trunk.events().named("rung")).as("who is there needs no backup").hasSize(rungBefore);
  }

  @ParameterizedTest
  @CsvSource({"udp, 5080", "tcp, 5090"})
  void sippRegistersAndCalls(String transport, int port) {
    SippPhone sipp = sipp(sipps, transport, port);
    sipp.register();
    if (transport.equals("udp")) {
      try (RunningProgram called = sipp.answering()) {
        int mark = ann.events().mark();
        ann.say("call " + sipps.number());
        ann.await(mark, "call-established");
        ann.say("hangup");
        assertThat(called.exitCode(PATIENCE)).isZero();
      }
    }
    int mark = ann.events().mark();
    Thread answering =
        new Thread(
            () -> {
              ann.await(mark, "call-incoming");
              ann.say("answer");
            });
    answering.start();
    sipp.call(ANN.number());
    ann.await(mark, "call-ended");
    assertThat(ann.await(mark, "call-incoming").text("from")).isEqualTo(sipps.number());
  }

  private static SippPhone sipp(Account account, String transport, int port) {
    return new SippPhone(
        bed.lab(), "phone2", address, port, account, transport, TestBed.SWITCH + ":5060");
  }

  @Test
  void bothEndsChangeTheirDescriptionsReliablyBeforeTheCallIsAnswered() {
    SippPhone calling = sipp(sipps, "udp", 5082);
    SippPhone called = sipp(otherSipps, "udp", 5084);
    called.register();
    try (RunningProgram answering = called.answeringWithEarlyOffers();
        RunningProgram call = calling.callingWithEarlyOffers(otherSipps.number())) {
      assertThat(call.exitCode(PATIENCE)).as(call.report("the caller")).isZero();
      assertThat(answering.exitCode(PATIENCE)).as(answering.report("the called")).isZero();
    }
  }

  @Test
  void whereAllAreSilentTheBackupRings() {
    bed.lab().cut("phone2");
    try {
      for (String key : List.of("BARESIP/udp", "LINPHONE/tcp")) {
        PlainPhone phone = phones.getOrDefault(key, phones.values().iterator().next());
        int mark = ann.events().mark();
        int rungBefore = trunk.events().named("rung").size();
        ann.say("call " + phone.account().number());
        Awaitility.await("the backup of " + phone)
            .atMost(PATIENCE)
            .until(() -> trunk.events().named("rung").size() > rungBefore);
        ann.await(mark, "call-ringing");
        ann.say("hangup");
        ann.await(mark, "call-ended");
      }
    } finally {
      bed.lab().heal("phone2");
    }
  }
}
