// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.registration.Pulse.Effect;
import io.phoneagent.registration.Pulse.Event;
import io.phoneagent.registration.Pulse.Pongs;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every state of a way's pulse with every event. */
class PulseTest {
  private static final String TABLE =
      """
      datagrams | DUE        | Steady PING
      datagrams | HEARD      | Steady
      datagrams | LATE       | Steady
      datagrams | ANSWERED   | Steady
      datagrams | UNANSWERED | Steady
      datagrams | DOUBTED    | Asked ASK
      quiet     | DUE        | Asked ASK
      quiet     | HEARD      | Steady
      quiet     | LATE       | Steady
      quiet     | ANSWERED   | Steady
      quiet     | UNANSWERED | Steady
      quiet     | DOUBTED    | Asked ASK
      stream    | DUE        | Pinged PING,AWAIT_PONG
      stream    | HEARD      | Steady
      stream    | LATE       | Steady
      stream    | ANSWERED   | Steady
      stream    | UNANSWERED | Steady
      stream    | DOUBTED    | Asked ASK
      pongless  | DUE        | Asked ASK
      pongless  | HEARD      | Steady
      pongless  | LATE       | Steady
      pongless  | ANSWERED   | Steady
      pongless  | UNANSWERED | Steady
      pongless  | DOUBTED    | Asked ASK
      pinged    | DUE        | Pinged
      pinged    | HEARD      | Steady
      pinged    | LATE       | Asked ASK
      pinged    | ANSWERED   | Pinged
      pinged    | UNANSWERED | Pinged
      pinged    | DOUBTED    | Asked ASK
      asked     | DUE        | Asked
      asked     | HEARD      | Asked
      asked     | LATE       | Asked
      asked     | ANSWERED   | Steady
      asked     | UNANSWERED | Steady DEAD
      asked     | DOUBTED    | Asked
      """;

  private static Pulse state(String name) {
    return switch (name) {
      case "datagrams" -> Pulse.of(false);
      case "quiet" -> new Pulse.Steady(false, Pongs.UNKNOWN, Pulse.QUIET);
      case "stream" -> Pulse.of(true);
      case "pongless" -> new Pulse.Steady(true, Pongs.IGNORED, 0);
      case "pinged" -> new Pulse.Pinged(true, Pongs.UNKNOWN);
      default -> new Pulse.Asked(true, Pongs.UNKNOWN, true);
    };
  }

  @TestFactory
  Stream<DynamicTest> table() {
    assertThat(TABLE.lines()).hasSize(6 * Event.values().length).doesNotHaveDuplicates();
    return TABLE
        .lines()
        .map(line -> line.split("\\|", -1))
        .map(
            cells ->
                DynamicTest.dynamicTest(
                    cells[0].trim() + " + " + cells[1].trim(),
                    () ->
                        assertThat(said(state(cells[0].trim()).on(Event.valueOf(cells[1].trim()))))
                            .isEqualTo(cells[2].trim())));
  }

  private static String said(Step<Pulse, Effect> step) {
    String effects = step.effects().stream().map(Effect::name).collect(Collectors.joining(","));
    return (step.next().getClass().getSimpleName() + " " + effects).trim();
  }

  @Test
  void whoAnswersOptionsAndNotLineEndsIsSentNoMoreOfThose() {
    Pulse pulse = Pulse.of(true).on(Event.DUE).next().on(Event.LATE).next();
    assertThat(pulse.on(Event.ANSWERED).next().pongs()).isEqualTo(Pongs.IGNORED);
  }

  @Test
  void whoHasAnsweredThemOnceIsNotTakenForOneWhoDoesNot() {
    Pulse pulse = Pulse.of(true).on(Event.DUE).next().on(Event.HEARD).next();
    pulse = pulse.on(Event.DUE).next().on(Event.LATE).next().on(Event.ANSWERED).next();
    assertThat(pulse.pongs()).isEqualTo(Pongs.ANSWERED);
  }
}
