// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.system;

import io.phoneagent.lab.Account;
import io.phoneagent.lab.CallEnd;
import io.phoneagent.lab.InLab;
import io.phoneagent.lab.OwnPhone;
import io.phoneagent.lab.PlainPhone;
import io.phoneagent.lab.PlainPhone.Make;
import io.phoneagent.lab.PlainPhone.Trait;
import io.phoneagent.lab.SideBySide;
import io.phoneagent.lab.TestBed;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a telephone's user does in a call, in every pairing of baresip, linphone and a phone of ours
 * at the switch: hold, keys, transfer, busy, no answer. What came of it is what the program at the
 * other end says itself.
 */
@InLab
@SideBySide
final class PairingsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final String OURS = "ours";

  private static TestBed bed;
  private static final Map<String, CallEnd> phones = new LinkedHashMap<>();

  @BeforeAll
  static void build() throws Exception {
    // The second of a make and transport is busy in its first call, and gives up ringing soon.
    List<String> names =
        List.of(
            "baresip/udp",
            "baresip/udp/2",
            "baresip/tcp",
            "baresip/tls",
            "linphone/udp",
            "linphone/udp/2",
            "linphone/tcp",
            "linphone/tls");
    List<Account> accounts = new ArrayList<>(List.of(Numbers.ANN));
    for (String name : names) {
      Account account = Account.of("+1555123020" + accounts.size());
      accounts.add(name.startsWith("baresip") ? account.withDigest("md5") : account);
    }
    bed = TestBed.up(accounts.toArray(Account[]::new));
    bed.lab().lease("phone2");
    int place = 0;
    for (String name : names) {
      place++;
      String[] parts = name.split("/", -1);
      phones.put(
          name,
          PlainPhone.start(
              bed.lab(),
              parts[0].equals("baresip") ? Make.BARESIP : Make.LINPHONE,
              "phone2",
              new PlainPhone.Registration(
                  accounts.get(place),
                  parts[1],
                  parts[1].equals("tls")
                      ? "switch.lab.test:5061" // the name of its certificate
                      : TestBed.SWITCH + ":5060",
                  bed.authority(),
                  place,
                  parts.length > 2
                      ? Set.of(Trait.TALKING, Trait.IMPATIENT)
                      : Set.of(Trait.TALKING))));
    }
    Path sounds = Files.createDirectories(bed.lab().state().resolve("sounds"));
    for (CallEnd phone : phones.values()) {
      Voice voice = Voice.of(sounds, 2);
      ((PlainPhone) phone).sounds(voice.played(), voice.heard());
    }
    Voice anns = Voice.of(sounds, 1);
    phones.put(
        OURS, new OwnPhone(bed.phone("phone1", Numbers.ANN, anns.options()).awaitReachable()));
    for (CallEnd phone : phones.values()) {
      if (phone instanceof PlainPhone) {
        Awaitility.await(phone + " is registered")
            .atMost(PATIENCE)
            .until(
                () ->
                    bed.dnsSwitch().program().errors().contains(phone.number() + " is reached at"));
      }
    }
  }

  @AfterAll
  static void end() {
    for (CallEnd phone : phones.values()) {
      if (phone instanceof PlainPhone plain) {
        plain.close();
      }
    }
    bed.close();
  }

  /** A test that failed leaves no call to the next one. */
  @AfterEach
  void nobodyTalks() {
    phones.values().forEach(CallEnd::hangUp);
  }

  private static CallEnd phone(String name) {
    CallEnd phone = phones.get(name);
    if (phone == null) {
      throw new IllegalArgumentException(name);
    }
    phone.turnPage();
    return phone;
  }

  private static void connect(CallEnd caller, CallEnd callee) {
    callee.turnPage();
    caller.call(callee.number());
    callee.awaitRinging();
    callee.answer();
    caller.awaitEstablished();
    callee.awaitEstablished();
    caller.turnPage();
    callee.turnPage();
  }

  /**
   * Does it until that is so, again each second: a telephone in the middle of a change takes no
   * other one, and what is said while media changes its way is heard by nobody.
   */
  private static void until(String what, BooleanSupplier so, Runnable action) {
    Awaitility.await(what)
        .atMost(PATIENCE)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(20))
        .until(
            new Callable<Boolean>() {
              private long doneAt = System.nanoTime() - SECOND;

              @Override
              public Boolean call() {
                if (System.nanoTime() - doneAt >= SECOND && !so.getAsBoolean()) {
                  doneAt = System.nanoTime();
                  action.run();
                }
                return so.getAsBoolean();
              }
            });
  }

  private static void press(CallEnd one, char key, CallEnd other) {
    other.turnPage();
    until(other + " hears " + key + " of " + one, () -> other.hasHeard(key), () -> one.press(key));
  }

  private static void hold(CallEnd one, CallEnd other) {
    other.turnPage();
    until(other + " is held by " + one, other::hasBeenHeld, one::hold);
  }

  private static void holdAndResume(CallEnd one, CallEnd other) {
    hold(one, other);
    other.turnPage();
    until(other + " is resumed by " + one, other::hasBeenResumed, one::resume);
  }

  @ParameterizedTest
  @CsvSource({
    "baresip/udp, baresip/udp/2",
    "baresip/udp, linphone/udp",
    "baresip/udp, ours",
    "linphone/udp, linphone/udp/2",
    "ours, linphone/udp",
    "linphone/tcp, baresip/tcp",
    "baresip/tls, linphone/tls",
  })
  void theyHoldResumeAndPressKeys(String calling, String called) {
    CallEnd caller = phone(calling);
    CallEnd callee = phone(called);
    connect(caller, callee);
    press(caller, '1', callee);
    press(callee, '2', caller);
    holdAndResume(caller, callee);
    holdAndResume(callee, caller);
    press(caller, '3', callee);
    press(callee, '4', caller);
    callee.turnPage();
    caller.hangUp();
    callee.awaitOver();
  }

  @ParameterizedTest
  @CsvSource({
    "baresip/udp, linphone/udp, ours",
    "linphone/udp, baresip/udp, ours",
    "ours, baresip/udp, linphone/udp",
    "ours, linphone/udp, baresip/udp",
    "baresip/tcp, linphone/tcp, ours",
    "linphone/tls, ours, baresip/tls",
  })
  void itTransfersWhoItTalksTo(String transferor, String remaining, String target) {
    CallEnd leaving = phone(transferor);
    CallEnd staying = phone(remaining);
    CallEnd third = phone(target);
    connect(leaving, staying);
    leaving.transfer(third.number());
    third.awaitRinging();
    third.answer();
    third.awaitEstablished();
    leaving.awaitOver();
    press(staying, '5', third);
    press(third, '6', staying);
    third.turnPage();
    staying.hangUp();
    third.awaitOver();
  }

  @Test
  void linphoneJoinsTwoOfItsCalls() {
    PlainPhone linphone = (PlainPhone) phone("linphone/tcp");
    CallEnd baresip = phone("baresip/udp");
    CallEnd ours = phone(OURS);
    connect(linphone, baresip);
    hold(linphone, baresip);
    connect(linphone, ours);
    linphone.joinCalls();
    linphone.awaitOver();
    press(baresip, '3', ours);
    ours.turnPage();
    baresip.hangUp();
    ours.awaitOver();
  }

  @ParameterizedTest
  @CsvSource({
    "baresip/udp, linphone/udp/2",
    "linphone/udp, baresip/udp/2",
    "ours, baresip/udp/2",
    "ours, linphone/udp/2",
  })
  void whoTalksIsBusyAndWhoIsAwayDoesNotAnswer(String calling, String called) {
    CallEnd caller = phone(calling);
    CallEnd callee = phone(called);
    caller.call(callee.number());
    callee.awaitRinging();
    caller.awaitRefused();

    CallEnd other = phone("baresip/tcp");
    connect(other, callee);
    caller.call(callee.number());
    caller.awaitRefused();
    press(other, '7', callee);
    callee.turnPage();
    other.hangUp();
    callee.awaitOver();
  }

  @ParameterizedTest
  @CsvSource({"baresip/udp, ours", "linphone/udp, ours"})
  void oursDeclinesAndIsHungUpOnWhileItRings(String calling, String called) {
    CallEnd caller = phone(calling);
    CallEnd callee = phone(called);
    caller.call(callee.number());
    callee.awaitRinging();
    callee.hangUp();
    caller.awaitRefused();
    callee.turnPage();
    caller.call(callee.number());
    callee.awaitRinging();
    caller.hangUp();
    callee.awaitOver();
  }
}
