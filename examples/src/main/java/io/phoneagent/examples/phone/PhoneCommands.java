// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.phone;

import io.phoneagent.TimelineEntry;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** What can be typed. A line that cannot be done gives an event and changes nothing. */
final class PhoneCommands {
  private static final String KNOWN =
      "call N, answer [CALL], hangup [CALL], digits 123, hold, resume, transfer N, "
          + "transfer CALL CALL, explain, quit";

  private final PhoneCalls calls;
  private final EventLog log;
  private final Supplier<List<TimelineEntry>> timeline;
  private final Runnable quit;

  PhoneCommands(
      PhoneCalls calls, EventLog log, Supplier<List<TimelineEntry>> timeline, Runnable quit) {
    this.calls = calls;
    this.log = log;
    this.timeline = timeline;
    this.quit = quit;
  }

  /** One line, on the phone's loop. */
  void perform(String line) {
    String[] words = line.trim().split("\\s+", 2);
    String command = words[0];
    Optional<String> argument = words.length > 1 ? Optional.of(words[1]) : Optional.empty();
    switch (command) {
      case "" -> {}
      case "call" -> with(command, argument, "a number, such as call +15551230002", calls::dial);
      case "answer" ->
          on(command, argument, PhoneCall::isWaiting, "no call is waiting")
              .ifPresent(calls::answer);
      case "hangup" -> hangUp(argument);
      case "digits" -> with(command, argument, "keys, such as digits 123#", this::press);
      case "hold" -> alone(command, argument, () -> hold(true));
      case "resume" -> alone(command, argument, () -> hold(false));
      case "transfer" ->
          with(command, argument, "a number, or the ids of two calls", this::transfer);
      case "explain" -> alone(command, argument, this::explain);
      case "quit" -> alone(command, argument, quit);
      case "offhook", "onhook", "flash" ->
          log.error(command, "is for a phone with --protocol mgcp");
      default -> log.error(command, "there is no such command; known are " + KNOWN);
    }
  }

  private void with(
      String command, Optional<String> argument, String missing, Consumer<String> action) {
    if (argument.isPresent()) {
      action.accept(argument.get());
    } else {
      log.error(command, "give " + missing);
    }
  }

  private void alone(String command, Optional<String> argument, Runnable action) {
    if (argument.isPresent()) {
      log.error(command, "takes nothing behind it, but there is '" + argument.get() + "'");
    } else {
      action.run();
    }
  }

  /** The named call, or the one that is meant if none is named. */
  private Optional<PhoneCall> on(
      String command, Optional<String> id, Predicate<PhoneCall> possible, String none) {
    Optional<PhoneCall> found =
        calls.all().stream()
            .filter(c -> !id.isPresent() || c.call().id().equals(id.get()))
            .filter(possible)
            .findFirst();
    if (!found.isPresent()) {
      log.error(command, id.isPresent() ? none + " with the id " + id.get() : none);
    }
    return found;
  }

  /** Without a name: the call one speaks in, else the oldest that rings. */
  private void hangUp(Optional<String> id) {
    boolean speaking = calls.all().stream().anyMatch(PhoneCall::isEstablished);
    on("hangup", id, c -> id.isPresent() || !speaking || c.isEstablished(), "there is no call")
        .ifPresent(PhoneCall::hangUp);
  }

  private void press(String digits) {
    String wanted = digits.replace(" ", "");
    if (!wanted.chars().allMatch(c -> TelephoneEvent.DIGITS.indexOf(c) >= 0)) {
      log.error("digits", "'" + digits + "' has other keys than " + TelephoneEvent.DIGITS);
      return;
    }
    on("digits", Optional.empty(), PhoneCall::isEstablished, "no call is established")
        .filter(c -> !c.press(wanted))
        .ifPresent(c -> log.error("digits", "the other side takes no keys (RFC 4733)"));
  }

  private void hold(boolean wanted) {
    on(
            wanted ? "hold" : "resume",
            Optional.empty(),
            c -> c.isEstablished() && c.isHeld() != wanted,
            wanted ? "no call can be held" : "no call is held")
        .ifPresent(c -> c.hold(wanted));
  }

  /** Whom one speaks with goes to a number, or the other sides of two calls to each other. */
  private void transfer(String where) {
    String[] words = where.trim().split("\\s+", -1);
    Predicate<PhoneCall> possible = PhoneCall::isEstablished;
    if (words.length == 1) {
      on("transfer", Optional.empty(), possible, "no call is established")
          .filter(c -> !c.transfer(words[0]))
          .ifPresent(c -> log.error("transfer", "'" + words[0] + "' names nobody"));
      return;
    }
    Optional<PhoneCall> one =
        on("transfer", Optional.of(words[0]), possible, "no call is established");
    Optional<PhoneCall> other =
        one.flatMap(
            c ->
                on("transfer", Optional.of(words[1]), o -> possible.test(o) && o != c, "no other"));
    if (words.length > 2) {
      log.error("transfer", "takes a number or two calls, not '" + where + "'");
    } else if (one.isPresent() && other.isPresent()) {
      one.get().transfer(other.get());
    }
  }

  private void explain() {
    explain(log, timeline.get());
  }

  /** Writes what an agent has done and why. */
  static void explain(EventLog log, List<TimelineEntry> entries) {
    log.write(
        "explain",
        "asked for",
        json -> {
          json.writeArrayFieldStart("timeline");
          for (TimelineEntry entry : entries) {
            json.writeStartObject();
            json.writeNumberField("at", entry.at().toEpochMilli());
            json.writeStringField("subject", entry.subject());
            json.writeStringField("cause", entry.cause());
            json.writeStringField("from", entry.from());
            json.writeStringField("to", entry.to());
            json.writeEndObject();
          }
          json.writeEndArray();
        });
  }
}
