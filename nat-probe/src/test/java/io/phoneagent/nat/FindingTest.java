// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.nat.Finding.Candidate;
import io.phoneagent.nat.Finding.Effect;
import io.phoneagent.nat.Finding.Event;
import io.phoneagent.nat.Finding.Found;
import io.phoneagent.nat.Finding.Missing;
import io.phoneagent.nat.Finding.Reading;
import io.phoneagent.nat.Finding.Searching;
import io.phoneagent.nat.Finding.Step;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every state with every event. */
class FindingTest {
  private static final Candidate A = candidate("a");
  private static final Candidate B = candidate("b");
  private static final Candidate C = candidate("c");
  private static final Candidate D = candidate("d");
  private static final Candidate E = candidate("e");
  private static final List<WanService> SERVICES =
      List.of(new WanService("t", URI.create("http://192.168.1.1:80/c"), Optional.empty()));

  private static final Finding FIRST = new Searching(1, "nobody");
  private static final Finding SECOND = new Searching(2, "nobody");
  private static final Finding READING = new Reading(A, List.of());
  private static final Finding READING_ONE_OF_TWO = new Reading(A, List.of(B));
  private static final Finding FULL = new Reading(A, List.of(B, C, D));
  private static final Finding FOUND = new Found(A, SERVICES);
  private static final Finding MISSING = new Missing("nobody");

  private static final Event ANSWERED = new Event.Answered(A);
  private static final Event ELSEWHERE = new Event.LedElsewhere("elsewhere");
  private static final Event DESCRIBED = new Event.Described(SERVICES);
  private static final Event UNDESCRIBED = new Event.Undescribed("garbage");
  private static final Event TIME_OUT = new Event.TimeOut();

  private static Candidate candidate(String path) {
    return new Candidate("uuid:1", "1", URI.create("http://192.168.1.1:80/" + path));
  }

  private static Arguments row(Finding state, Event event, Finding next, Effect effect) {
    return Arguments.of(state, event, new Step(next, effect));
  }

  private static Arguments stays(Finding state, Event event) {
    return row(state, event, state, Effect.NONE);
  }

  static Stream<Arguments> table() {
    return Stream.of(
        row(FIRST, ANSWERED, READING, Effect.READ),
        row(FIRST, ELSEWHERE, new Searching(1, "elsewhere"), Effect.NONE),
        stays(FIRST, DESCRIBED),
        stays(FIRST, UNDESCRIBED),
        row(FIRST, TIME_OUT, SECOND, Effect.SEARCH),
        row(SECOND, ANSWERED, READING, Effect.READ),
        row(SECOND, ELSEWHERE, new Searching(2, "elsewhere"), Effect.NONE),
        stays(SECOND, DESCRIBED),
        stays(SECOND, UNDESCRIBED),
        row(SECOND, TIME_OUT, MISSING, Effect.NONE),
        stays(READING, ANSWERED),
        row(READING, new Event.Answered(B), READING_ONE_OF_TWO, Effect.NONE),
        stays(READING, ELSEWHERE),
        row(READING, DESCRIBED, FOUND, Effect.NONE),
        row(READING, UNDESCRIBED, new Missing("garbage"), Effect.NONE),
        stays(READING, TIME_OUT),
        stays(READING_ONE_OF_TWO, ANSWERED),
        stays(READING_ONE_OF_TWO, new Event.Answered(B)),
        row(READING_ONE_OF_TWO, new Event.Answered(C), new Reading(A, List.of(B, C)), Effect.NONE),
        stays(READING_ONE_OF_TWO, ELSEWHERE),
        row(READING_ONE_OF_TWO, DESCRIBED, FOUND, Effect.NONE),
        row(READING_ONE_OF_TWO, UNDESCRIBED, new Reading(B, List.of()), Effect.READ),
        stays(READING_ONE_OF_TWO, TIME_OUT),
        stays(FULL, new Event.Answered(E)),
        row(FULL, UNDESCRIBED, new Reading(B, List.of(C, D)), Effect.READ),
        stays(FOUND, ANSWERED),
        stays(FOUND, ELSEWHERE),
        stays(FOUND, DESCRIBED),
        stays(FOUND, UNDESCRIBED),
        stays(FOUND, TIME_OUT),
        stays(MISSING, ANSWERED),
        stays(MISSING, ELSEWHERE),
        stays(MISSING, DESCRIBED),
        stays(MISSING, UNDESCRIBED),
        stays(MISSING, TIME_OUT));
  }

  @ParameterizedTest
  @MethodSource("table")
  void leadsTo(Finding state, Event event, Step expected) {
    assertThat(state.on(event)).isEqualTo(expected);
  }

  @Test
  void silenceTakesTwoSeconds() {
    Finding state = Finding.begin();
    Duration waited = Duration.ZERO;
    while (state instanceof Searching searching) {
      waited = waited.plus(Finding.patience(searching));
      state = state.on(TIME_OUT).next();
    }
    assertThat(waited).hasSeconds(2);
  }
}
