// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/** Named states and events of one machine, and a table of what each state makes of each event. */
final class StateTable<S, V, E> {
  private final Map<String, S> states = new LinkedHashMap<>();
  private final Map<String, V> events = new LinkedHashMap<>();
  private final BiFunction<S, V, Step<S, E>> transition;

  StateTable(BiFunction<S, V, Step<S, E>> transition) {
    this.transition = transition;
  }

  StateTable<S, V, E> state(String name, S state) {
    states.put(name, state);
    return this;
  }

  StateTable<S, V, E> event(String name, V event) {
    events.put(name, event);
    return this;
  }

  S state(String name) {
    return Objects.requireNonNull(states.get(name), name);
  }

  V event(String name) {
    return Objects.requireNonNull(events.get(name), name);
  }

  Step<S, E> step(String state, String event) {
    return transition.apply(state(state), event(event));
  }

  /** One test a row of {@code state | event | next state and effects}; the table must be whole. */
  Stream<DynamicTest> check(String table) {
    assertThat(table.lines()).hasSize(states.size() * events.size()).doesNotHaveDuplicates();
    return table.lines().map(line -> line.split("\\|", -1)).map(this::row);
  }

  private DynamicTest row(String[] cells) {
    String state = cells[0].trim();
    String event = cells[1].trim();
    return DynamicTest.dynamicTest(
        state + " + " + event,
        () -> assertThat(Samples.summary(step(state, event))).isEqualTo(cells[2].trim()));
  }
}
