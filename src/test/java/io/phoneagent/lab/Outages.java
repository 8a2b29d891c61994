// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.lab;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * How long phones cannot be called after the public address of their firewall has changed. Each has
 * a caller outside of its own, who calls again and again and hangs up at the first 180; the outage
 * lasts from just before the change until that caller hears the first 180 to a call that began
 * after the change.
 */
public final class Outages {
  private static final String SERIES = "change%d-%d-";
  // So long a caller waits.
  private static final Duration GIVE_UP = Duration.ofSeconds(8);
  private static final double PROMPT_MILLIS = 100;
  // Until the end of a call that was given up: 32 s of repetition, where nobody answers.
  private static final Duration UNTIL_ENDED = GIVE_UP.plusSeconds(5);

  private final Lab lab;
  private final TrunkPeer caller;
  private final String site;
  private final List<Callee> callees;
  private final Duration every;
  private final Duration patience;
  private int changes;

  private Outages(
      Lab lab,
      TrunkPeer caller,
      String site,
      List<Callee> callees,
      Duration every,
      Duration patience) {
    this.lab = lab;
    this.caller = caller;
    this.site = site;
    this.callees = List.copyOf(callees);
    this.every = every;
    this.patience = patience;
  }

  /**
   * Who is called.
   *
   * @param number that number
   * @param phone our phone, where it is ours: what it says of its registration is waited for
   */
  public record Callee(String number, Optional<PhoneProcess> phone) {

    /** Our phone. */
    public static Callee of(PhoneProcess phone) {
      return new Callee(phone.account().number(), Optional.of(phone));
    }

    /** A phone of others. */
    public static Callee other(String number) {
      return new Callee(number, Optional.empty());
    }
  }

  /**
   * Of our phone behind that site's firewall, reachable, and a caller beyond the trunk, who calls
   * every 100 ms.
   */
  public static Outages of(TestBed bed, TrunkPeer caller, String site, PhoneProcess phone) {
    return of(
        bed.lab(),
        caller,
        site,
        List.of(Callee.of(phone)),
        Duration.ofMillis(100),
        Duration.ofSeconds(60));
  }

  /**
   * Of several phones behind that site's firewall.
   *
   * @param every how often each is called
   * @param patience what is waited for one to be called again
   */
  public static Outages of(
      Lab lab,
      TrunkPeer caller,
      String site,
      List<Callee> callees,
      Duration every,
      Duration patience) {
    return new Outages(lab, caller, site, callees, every, patience);
  }

  /**
   * What one change was to one phone.
   *
   * @param newAddress the firewall's address since
   * @param changedAt when it was changed, in milliseconds of the epoch
   * @param millis how long the phone could not be called; what is waited for, where it is not ours
   *     and was not back by then
   * @param slowest the longest time from an INVITE of that time to its 180
   * @param lost how many calls of that time ended without one
   */
  public record Outage(
      String newAddress, double changedAt, double millis, double slowest, int lost) {}

  /**
   * Changes the address, some time ({@code phase}) after the one phone was seen to be reachable.
   */
  public Outage measure(Duration phase) {
    return measureAll(phase).get(0);
  }

  /** The same for all of them, in their order. */
  public List<Outage> measureAll(Duration phase) {
    changes++;
    int mark = caller.events().mark();
    try (ChangingSite change = lab.changing(site)) {
      for (int i = 0; i < callees.size(); i++) {
        caller.say(
            "repeat %s %s %d cancel=0 give-up=%d tell=rang after=%d"
                .formatted(
                    series(i),
                    callees.get(i).number(),
                    every.toMillis(),
                    GIVE_UP.toMillis(),
                    i * every.toMillis() / callees.size()));
      }
      double start = 0;
      for (int i = 0; i < callees.size(); i++) {
        start = Math.max(start, firstPrompt(mark, i).at());
      }
      awaitMoment(start + phase.toMillis());
      List<Integer> marks =
          callees.stream().map(c -> c.phone().map(p -> p.events().mark()).orElse(0)).toList();
      ChangingSite.Change changed = change.change();
      List<Outage> outages = new ArrayList<>();
      for (int i = 0; i < callees.size(); i++) {
        outages.add(outage(mark, marks.get(i), i, changed));
      }
      return outages;
    } finally {
      caller.say("repeat-stop");
    }
  }

  private String series(int callee) {
    return SERIES.formatted(changes, callee);
  }

  private static void awaitMoment(double moment) {
    Awaitility.await("the moment of the change")
        .atMost(Duration.ofMinutes(5))
        .pollInterval(Duration.ofMillis(5))
        .until(() -> System.currentTimeMillis() >= moment);
  }

  private Outage outage(int mark, int phonesMark, int callee, ChangingSite.Change changed) {
    Event back;
    try {
      back = firstRinging(mark, callee, changed.until());
    } catch (AssertionError e) {
      if (callees.get(callee).phone().isPresent()) {
        throw e;
      }
      return new Outage(changed.address(), changed.at(), patience.toMillis(), 0, 0);
    }
    callees.get(callee).phone().ifPresent(phone -> awaitRecord(phone, phonesMark, changed));
    Calls calls = callsOf(mark, callee, changed.at(), back.at());
    return new Outage(
        changed.address(),
        changed.at(),
        back.at() - changed.at(),
        calls.rang().stream().mapToDouble(Outages::after).max().orElseThrow(),
        calls.lost());
  }

  private record Calls(List<Event> rang, int lost) {}

  /**
   * What became of the calls that were not over at the change, until one rang that began later. A
   * series counts from 1.
   */
  private Calls callsOf(int mark, int callee, double from, double until) {
    int end = count(firstRinging(mark, callee, until));
    List<Event> told = new ArrayList<>();
    try {
      Awaitility.await()
          .atMost(UNTIL_ENDED)
          .pollDelay(Duration.ZERO)
          .until(
              () -> {
                told.clear();
                caller.events().from(mark).stream()
                    .filter(event -> isCall(event, callee) && count(event) < end)
                    .forEach(told::add);
                return told.size() == end - 1;
              });
    } catch (ConditionTimeoutException e) {
      // What has not ended by now is lost.
    }
    List<Event> inIt = told.stream().filter(call -> call.at() >= from).toList();
    List<Event> rang = inIt.stream().filter(Outages::rang).toList();
    inIt.stream()
        .filter(call -> !rang(call))
        .forEach(
            call ->
                System.err.printf(
                    Locale.ROOT,
                    "a call of %+.0f ms from the change is lost at %+.0f ms: %s%n",
                    invited(call) - from,
                    call.at() - from,
                    call.body()));
    return new Calls(rang, inIt.size() - rang.size() + end - 1 - told.size());
  }

  private void awaitRecord(PhoneProcess ours, int mark, ChangingSite.Change changed) {
    ours.events()
        .await(
            mark,
            event ->
                event.name().equals("reregistered")
                    && event.at() >= changed.at()
                    && event.text("publicAddress").equals(changed.address()),
            patience,
            "reregistered with " + changed.address());
  }

  /**
   * The first 180 in a call to that phone that came at once: nothing is left of what was before.
   */
  private Event firstPrompt(int mark, int callee) {
    return caller
        .events()
        .await(
            mark,
            event -> isCall(event, callee) && rang(event) && after(event) <= PROMPT_MILLIS,
            patience,
            "a prompt 180 from " + callees.get(callee).number());
  }

  /** The first 180 in a call to that phone whose INVITE was sent at that time or later. */
  private Event firstRinging(int mark, int callee, double since) {
    return caller
        .events()
        .await(
            mark,
            event -> isCall(event, callee) && rang(event) && invited(event) >= since,
            patience,
            "180 from " + callees.get(callee).number());
  }

  private boolean isCall(Event event, int callee) {
    return event.name().equals("rang") && event.text("series").equals(series(callee));
  }

  private static boolean rang(Event call) {
    return call.body().path("status").isMissingNode();
  }

  private static int count(Event call) {
    return call.body().path("count").asInt();
  }

  private static double invited(Event call) {
    return call.body().path("invited").asDouble();
  }

  private static double after(Event call) {
    return call.body().path("after").asDouble();
  }
}
