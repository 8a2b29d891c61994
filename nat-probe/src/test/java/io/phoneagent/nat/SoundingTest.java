// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each state with each event. */
class SoundingTest {
  private final Map<String, Sounding> states = new LinkedHashMap<>();
  private final Map<String, Sounding.Event> events = new LinkedHashMap<>();

  SoundingTest() {
    states.put("sent 1", new Sounding.Waiting(1, 3));
    states.put("sent 2", new Sounding.Waiting(2, 3));
    states.put("sent 3", new Sounding.Waiting(3, 3));
    states.put("told", new Sounding.Told(GatewayCodecTest.address("203.0.113.11")));
    states.put("refused", new Sounding.Refused("no"));
    states.put("silent", new Sounding.Silent());
    events.put("sees", new Sounding.Event.Sees(GatewayCodecTest.address("203.0.113.11")));
    events.put("error", new Sounding.Event.Denied("no"));
    events.put("time-out", new Sounding.Event.TimeOut());
  }

  @ParameterizedTest
  @CsvSource({
    "sent 1, sees, told, false",
    "sent 1, error, refused, false",
    "sent 1, time-out, sent 2, true",
    "sent 3, sees, told, false",
    "sent 3, error, refused, false",
    "sent 3, time-out, silent, false",
    "told, sees, told, false",
    "told, error, told, false",
    "told, time-out, told, false",
    "refused, sees, refused, false",
    "refused, error, refused, false",
    "refused, time-out, refused, false",
    "silent, sees, silent, false",
    "silent, error, silent, false",
    "silent, time-out, silent, false"
  })
  void table(String state, String event, String next, boolean sends) {
    Sounding.Step step =
        Objects.requireNonNull(states.get(state), state)
            .on(Objects.requireNonNull(events.get(event), event));
    assertThat(step.next()).isEqualTo(states.get(next));
    assertThat(step.sends()).isEqualTo(sends);
  }

  @Test
  void eachRepetitionWaitsTwiceAsLong() {
    assertThat(Sounding.patience(new Sounding.Waiting(1, 3))).isEqualTo(Duration.ofMillis(500));
    assertThat(Sounding.patience(new Sounding.Waiting(2, 3))).isEqualTo(Duration.ofSeconds(1));
    assertThat(Sounding.patience(new Sounding.Waiting(3, 3))).isEqualTo(Duration.ofSeconds(2));
  }
}
