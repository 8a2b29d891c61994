// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.mgcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.mgcp.RestartState.Effect;
import io.phoneagent.mgcp.RestartState.Lost;
import io.phoneagent.mgcp.RestartState.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The whole table of states and events. */
final class RestartStateTest {
  private static final RestartState.Times TIMES =
      new RestartState.Times(
          Duration.ofMinutes(10),
          Duration.ofSeconds(15),
          Duration.ofSeconds(15),
          Duration.ofMinutes(10));
  private static final long NOW = 100_000_000_000L;

  private static RestartState state(String name) {
    Duration next = Duration.ofSeconds(30);
    return switch (name) {
      case "off" -> new RestartState.Off();
      case "waiting" -> new RestartState.Waiting();
      case "restarting" -> new RestartState.Announcing(RestartMethod.RESTART, NOW, next, 0);
      case "redirected" -> new RestartState.Announcing(RestartMethod.RESTART, NOW, next, 5);
      case "reconnecting" -> new RestartState.Announcing(RestartMethod.DISCONNECTED, NOW, next, 0);
      case "serving" -> new RestartState.InService();
      case "lost" -> new Lost(RestartMethod.DISCONNECTED, 0, false, next);
      case "lost-again" -> new Lost(RestartMethod.DISCONNECTED, NOW - 5_000_000_000L, true, next);
      case "unborn" -> new Lost(RestartMethod.RESTART, NOW - 15_000_000_000L, true, next);
      default -> throw new IllegalArgumentException(name);
    };
  }

  private static String describe(Step step) {
    List<String> parts = new ArrayList<>();
    RestartState next = step.next();
    if (next instanceof RestartState.Announcing now) {
      parts.add("announcing-" + now.method().text() + "/" + now.redirections());
    } else if (next instanceof Lost lost) {
      parts.add("lost-" + lost.method().text() + "/" + lost.next().toSeconds());
    } else {
      parts.add(next.getClass().getSimpleName());
    }
    for (Effect effect : step.effects()) {
      if (effect instanceof Effect.Announce announce) {
        parts.add("rsip " + announce.method().text());
      } else if (effect instanceof Effect.Wait wait) {
        parts.add("wait " + wait.pause().toMillis());
      } else if (effect instanceof Effect.Serve) {
        parts.add("serve");
      }
    }
    return String.join("; ", parts);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          off | START | Waiting; wait 300000
          waiting | TIMER | announcing-restart/0; rsip restart
          waiting | ACTIVITY | announcing-restart/0; rsip restart
          restarting | ACCEPTED | InService; serve
          restarting | REDIRECTED | announcing-restart/1; rsip restart
          restarting | REFUSED | lost-restart/60; wait 22500
          restarting | SILENCE | lost-restart/60; wait 22500
          redirected | ACCEPTED | InService; serve
          redirected | REDIRECTED | lost-restart/60; wait 22500
          redirected | REFUSED | lost-restart/60; wait 22500
          redirected | SILENCE | lost-restart/60; wait 22500
          reconnecting | ACCEPTED | InService; serve
          reconnecting | REDIRECTED | announcing-disconnected/1; rsip disconnected
          reconnecting | REFUSED | lost-disconnected/60; wait 22500
          reconnecting | SILENCE | lost-disconnected/60; wait 22500
          serving | SILENCE | lost-disconnected/30; wait 7500
          lost | TIMER | announcing-disconnected/0; rsip disconnected
          lost | ACTIVITY | announcing-disconnected/0; rsip disconnected
          lost-again | TIMER | announcing-disconnected/0; rsip disconnected
          lost-again | ACTIVITY | lost-disconnected/30; wait 10000
          unborn | TIMER | announcing-restart/0; rsip restart
          unborn | ACTIVITY | announcing-restart/0; rsip restart
          """)
  void moves(String from, RestartEvent event, String wanted) {
    assertThat(describe(state(from).on(event, NOW, TIMES, () -> 0.5))).isEqualTo(wanted);
  }

  @ParameterizedTest
  @CsvSource({
    "off, TIMER ACTIVITY ACCEPTED REDIRECTED REFUSED SILENCE",
    "waiting, START ACCEPTED REDIRECTED REFUSED SILENCE",
    "restarting, START TIMER ACTIVITY",
    "redirected, START TIMER ACTIVITY",
    "reconnecting, START TIMER ACTIVITY",
    "serving, START TIMER ACTIVITY ACCEPTED REDIRECTED REFUSED",
    "lost, START ACCEPTED REDIRECTED REFUSED SILENCE",
    "lost-again, START ACCEPTED REDIRECTED REFUSED SILENCE",
    "unborn, START ACCEPTED REDIRECTED REFUSED SILENCE"
  })
  void staysWhereNothingFollows(String from, String events) {
    for (String event : events.split(" ", -1)) {
      RestartState state = state(from);
      Step step = state.on(RestartEvent.valueOf(event), NOW, TIMES, () -> 0.5);
      assertThat(step).as(event).isEqualTo(new Step(state, List.of()));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "off, false",
    "waiting, false",
    "restarting, false",
    "redirected, false",
    "reconnecting, true",
    "serving, true",
    "lost, true",
    "lost-again, true",
    "unborn, false"
  })
  void takesCommandsOnceTheCallAgentHasKnownIt(String name, boolean serves) {
    assertThat(state(name).serves()).isEqualTo(serves);
    Step stopped = state(name).on(RestartEvent.STOP, NOW, TIMES, () -> 0.5);
    assertThat(stopped.next()).isEqualTo(new RestartState.Off());
    assertThat(stopped.effects()).containsExactly(new Effect.StopWaiting());
  }

  @Test
  void pausesDoubleUpToTenMinutes() {
    RestartState state = state("serving");
    List<Long> pauses = new ArrayList<>();
    Step step = state.on(RestartEvent.SILENCE, NOW, TIMES, () -> 1.0);
    for (int i = 0; i < 8; i++) {
      pauses.add(((Effect.Wait) step.effects().get(0)).pause().toSeconds());
      step =
          step.next()
              .on(RestartEvent.TIMER, NOW, TIMES, () -> 1.0)
              .next()
              .on(RestartEvent.SILENCE, NOW, TIMES, () -> 1.0);
    }
    assertThat(pauses).containsExactly(15L, 30L, 60L, 120L, 240L, 480L, 600L, 600L);
  }

  @Test
  void restartsAreSpreadOverTheWholeDelay() {
    for (double part : new double[] {0, 0.25, 0.999}) {
      Step step = state("off").on(RestartEvent.START, NOW, TIMES, () -> part);
      assertThat(step.effects())
          .containsExactly(new Effect.Wait(Duration.ofNanos((long) (part * 600e9))));
    }
  }
}
