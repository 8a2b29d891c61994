// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.nat.Subscribing.Asking;
import io.phoneagent.nat.Subscribing.Effect;
import io.phoneagent.nat.Subscribing.Event;
import io.phoneagent.nat.Subscribing.Leaving;
import io.phoneagent.nat.Subscribing.Over;
import io.phoneagent.nat.Subscribing.Renewing;
import io.phoneagent.nat.Subscribing.Step;
import io.phoneagent.nat.Subscribing.Subscribed;
import io.phoneagent.nat.Subscribing.Waiting;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every state with every event. */
class SubscribingTest {
  private static final Subscribing ASKING = new Asking(2);
  private static final Subscribing SUBSCRIBED = new Subscribed("a", 1_800);
  private static final Subscribing RENEWING = new Renewing("a");
  private static final Subscribing WAITING = new Waiting(3);
  private static final Subscribing LEAVING = new Leaving();
  private static final Subscribing OVER = new Over();

  private static final Event GRANTED = new Event.Granted("b", 300);
  private static final Event REFUSED = new Event.Refused();
  private static final Event DUE = new Event.Due();
  private static final Event END = new Event.End();
  private static final Effect NONE = new Effect.None();

  private static Arguments row(Subscribing state, Event event, Subscribing next, Effect effect) {
    return Arguments.of(state, event, new Step(next, effect));
  }

  private static Arguments stays(Subscribing state, Event event) {
    return row(state, event, state, NONE);
  }

  static Stream<Arguments> table() {
    return Stream.of(
        row(ASKING, GRANTED, new Subscribed("b", 300), NONE),
        row(ASKING, REFUSED, new Waiting(3), NONE),
        stays(ASKING, DUE),
        row(ASKING, END, LEAVING, NONE),
        stays(SUBSCRIBED, GRANTED),
        stays(SUBSCRIBED, REFUSED),
        row(SUBSCRIBED, DUE, RENEWING, new Effect.Renew("a")),
        row(SUBSCRIBED, END, OVER, new Effect.Unsubscribe("a")),
        row(RENEWING, GRANTED, new Subscribed("b", 300), NONE),
        row(RENEWING, REFUSED, new Asking(0), new Effect.Subscribe()),
        stays(RENEWING, DUE),
        row(RENEWING, END, OVER, new Effect.Unsubscribe("a")),
        stays(WAITING, GRANTED),
        stays(WAITING, REFUSED),
        row(WAITING, DUE, new Asking(3), new Effect.Subscribe()),
        row(WAITING, END, OVER, NONE),
        row(LEAVING, GRANTED, OVER, new Effect.Unsubscribe("b")),
        row(LEAVING, REFUSED, OVER, NONE),
        stays(LEAVING, DUE),
        stays(LEAVING, END),
        stays(OVER, GRANTED),
        stays(OVER, REFUSED),
        stays(OVER, DUE),
        stays(OVER, END));
  }

  @ParameterizedTest
  @MethodSource("table")
  void leadsTo(Subscribing state, Event event, Step expected) {
    assertThat(state.on(event)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"1800, 900", "300, 150", "20, 10", "1, 5", "0, 5", "999999999, 900"})
  void isRenewedBeforeItEnds(long seconds, long after) {
    assertThat(Subscribing.patience(new Subscribed("a", seconds)))
        .contains(Duration.ofSeconds(after));
  }

  @ParameterizedTest
  @CsvSource({"1, 5", "2, 10", "6, 160", "7, 300", "1000, 300"})
  void whoRefusesIsAskedAgainEverLater(int failed, long after) {
    assertThat(Subscribing.patience(new Waiting(failed))).contains(Duration.ofSeconds(after));
  }

  @Test
  void nothingElseWaitsForTime() {
    assertThat(Stream.of(ASKING, RENEWING, LEAVING, OVER).map(Subscribing::patience))
        .allMatch(p -> !p.isPresent());
  }
}
