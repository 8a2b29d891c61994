// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.system;

import static io.phoneagent.system.Numbers.ANN;
import static io.phoneagent.system.Numbers.BOB;

import io.phoneagent.lab.Event;
import io.phoneagent.lab.PhoneProcess;
import io.phoneagent.lab.TestBed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import org.awaitility.Awaitility;

/**
 * Calls one after the other between two phones, with a change of the public address in the midst of
 * each; how long either end did not hear the other is measured on what was recorded.
 */
final class CallsOverChange {
  /** Half of the calls are without audio for at most this long, in milliseconds. */
  static final double GOAL = 500;

  private static final Duration TALK = Duration.ofSeconds(3);
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int LONG_ENOUGH = 4_000;

  private final TestBed bed;
  private final PhoneProcess ann;
  private final PhoneProcess bob;
  private final Voice anns;
  private final Voice bobs;
  private final Random random = new Random();

  private CallsOverChange(TestBed bed, Path sounds) {
    this.bed = bed;
    anns = Voice.of(sounds, 1);
    bobs = Voice.of(sounds, 2);
    bob = bed.phone("phone2", BOB, bobs.options("--answer", "auto")).awaitReachable();
    ann = bed.phone("phone1", ANN, anns.options()).awaitReachable();
  }

  /**
   * What came of it.
   *
   * @param gaps the longest time without audio of each call that went on, in milliseconds
   * @param lost what became of those that did not
   */
  record Outcome(Figures gaps, List<String> lost) {}

  /**
   * So many calls, over a change of the public addresses of these sites each: of the caller's, of
   * the other's, or of both at once.
   */
  static Outcome run(TestBed bed, List<String> sites, String what, int count) {
    Path sounds = bed.lab().state().resolve("sounds");
    try {
      Files.createDirectories(sounds);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    CallsOverChange calls = new CallsOverChange(bed, sounds);
    Outcome outcome = new Outcome(new Figures(what), new ArrayList<>());
    for (int call = 1; call <= count; call++) {
      calls.run(call, sites, outcome);
    }
    outcome.gaps().print();
    System.out.printf(Locale.ROOT, "%s: %d of %d lost%n", what, outcome.lost().size(), count);
    return outcome;
  }

  private void run(int call, List<String> sites, Outcome outcome) {
    int annsMark = ann.events().mark();
    int bobsMark = bob.events().mark();
    ann.say("call " + BOB.number());
    talkSince(ann.await(annsMark, "call-established").at() + random.nextInt(1000));
    List<Supplier<Event>> moves = sites.stream().map(this::nextMove).toList();
    double changed = System.currentTimeMillis();
    sites.parallelStream().forEach(site -> bed.lab().changePublicIp(site));
    double last = 0;
    for (Supplier<Event> move : moves) {
      last = Math.max(last, move.get().at());
    }
    talkSince(last);
    Optional<Event> ended = ended(ann, annsMark).or(() -> ended(bob, bobsMark));
    if (ended.isPresent()) {
      outcome.lost().add(ended.get().body().toString());
      return;
    }
    ann.say("hangup");
    ann.await(annsMark, "call-ended");
    bob.await(bobsMark, "call-ended");
    Voice ann1 = anns.inCall(call);
    Voice bob1 = bobs.inCall(call);
    int annHeard = Voice.heardMillis(ann1, bob1);
    int bobHeard = Voice.heardMillis(bob1, ann1);
    // Each hears the end as well: who heard only the beginning would have a short gap.
    if (Math.min(annHeard, bobHeard) < LONG_ENOUGH) {
      outcome.lost().add("heard only for " + annHeard + " and " + bobHeard + " ms");
      return;
    }
    int annGap = Voice.longestGap(ann1, bob1);
    int bobGap = Voice.longestGap(bob1, ann1);
    System.out.printf(
        Locale.ROOT,
        "ann heard nothing for %d ms, bob for %d ms; the last flow moved after %.0f ms%n",
        annGap,
        bobGap,
        last - changed);
    outcome.gaps().add(Math.max(annGap, bobGap));
  }

  /** Waits until the flow of that site's phone has moved, or was lost and is open again. */
  private Supplier<Event> nextMove(String site) {
    PhoneProcess phone = site.equals("site1") ? ann : bob;
    int mark = phone.events().mark();
    return () ->
        phone
            .events()
            .await(
                mark,
                event -> event.name().equals("flow-moved") || event.name().equals("flow-open"),
                PATIENCE,
                "flow-moved");
  }

  private static Optional<Event> ended(PhoneProcess phone, int mark) {
    return phone.events().find(mark, event -> event.name().equals("call-ended"));
  }

  private static void talkSince(double millis) {
    Awaitility.await("they talk")
        .atMost(PATIENCE)
        .until(() -> System.currentTimeMillis() > millis + TALK.toMillis());
  }
}
