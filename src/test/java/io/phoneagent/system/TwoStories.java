// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.system;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** What a phone's timeline and the switch's record of its number say of the same time. */
final class TwoStories {
  static final Comparator<Told> ORDER = Comparator.comparingLong(Told::at);

  /** What is further apart than this on one side has the same order on the other. */
  static final long CLEAR_MILLIS = 50;

  private final List<Told> phone = new ArrayList<>();
  private final List<Told> dnsSwitch = new ArrayList<>();
  private final JsonNode record;

  /**
   * Puts them side by side.
   *
   * @param timeline entries of {@code explain}
   * @param record as the switch tells it over HTTPS
   */
  TwoStories(List<JsonNode> timeline, JsonNode record) {
    this.record = record;
    for (JsonNode entry : timeline) {
      phone.add(
          new Told(
              entry.path("at").asLong(),
              entry.path("subject").asText(),
              entry.path("from").asText(),
              entry.path("to").asText(),
              entry.path("cause").asText()));
    }
    for (JsonNode cause : record.path("causes")) {
      dnsSwitch.add(
          new Told(cause.path("at").asLong(), "switch", "", "", cause.path("cause").asText()));
    }
  }

  /**
   * One thing that one of them says.
   *
   * @param at milliseconds of the epoch, by its own clock
   * @param subject of what: the agent, a line, or the switch
   * @param from the state before; empty where none is told
   * @param to the state after, likewise
   * @param what in its own words
   */
  record Told(long at, String subject, String from, String to, String what) {}

  /**
   * By how many milliseconds the switch's clock may be ahead of the phone's.
   *
   * @param least negative where it may be behind
   */
  record Offset(long least, long most) {
    // Each time is cut to a millisecond.
    private static final long CUT = 1;
    // The switch answers a bind first, then notes it in the same turn of its loop: microseconds,
    // unless the machine takes the processor away between the two.
    private static final long TURN = 50;

    /** The switch noted something after the phone had asked for it, and as the phone was told. */
    static Offset of(Told noted, Told asked, Told told) {
      return new Offset(noted.at() - told.at() - CUT - TURN, noted.at() - asked.at() + CUT);
    }

    /** Where both hold. */
    Offset and(Offset other) {
      return new Offset(Math.max(least, other.least), Math.min(most, other.most));
    }

    boolean mayBeNone() {
      return least <= 0 && most >= 0;
    }
  }

  /** A member of the switch's record; empty when it is absent. */
  String member(String name) {
    return record.path(name).asText();
  }

  /** The same, a time. */
  long time(String name) {
    return record.path(name).asLong();
  }

  /** The first entry of the phone's of that kind, with these words in it. */
  Told byPhone(String subject, String from, String to, String words) {
    return phone.stream()
        .filter(t -> t.subject().equals(subject) && t.from().equals(from) && t.to().equals(to))
        .filter(t -> t.what().contains(words))
        .findFirst()
        .orElseThrow(
            () ->
                new AssertionError(
                    "no " + subject + " " + from + " -> " + to + " '" + words + "' in " + phone));
  }

  /** The switch's entry with these words. */
  Told bySwitch(String words) {
    return dnsSwitch.stream()
        .filter(t -> t.what().equals(words))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no '" + words + "' in " + dnsSwitch));
  }

  /** That the switch sends to this address and port no more. */
  Told leftBySwitch(String flowAddress) {
    for (JsonNode previous : record.path("previous")) {
      if (previous.path("flowAddress").asText().equals(flowAddress)) {
        String what = "sends no more to " + flowAddress;
        return new Told(previous.path("until").asLong(), "switch", "", "", what);
      }
    }
    throw new AssertionError("no " + flowAddress + " in " + record);
  }

  /** Prints both, the older first, with the times since that moment. */
  void print(long since) {
    Stream.concat(phone.stream(), dnsSwitch.stream())
        .filter(t -> t.at() >= since)
        .sorted(ORDER)
        .forEach(t -> System.out.println(line(t, t.at() - since)));
  }

  private static String line(Told told, long millis) {
    boolean ours = !told.subject().equals("switch");
    String change = told.from().equals(told.to()) ? told.to() : told.from() + " > " + told.to();
    return String.format(
        Locale.ROOT,
        "%5d ms | %-60s | %s",
        millis,
        ours ? told.subject() + " " + change + ": " + told.what() : "",
        ours ? "" : told.what());
  }
}
