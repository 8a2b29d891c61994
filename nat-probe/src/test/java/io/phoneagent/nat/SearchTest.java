// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Each state with each event. */
class SearchTest {
  private static final RouterFamily FAMILY =
      new RouterFamily(
          "acme",
          List.of("/a", "/b"),
          RouterFamily.Password.NONE,
          Pattern.compile("(x)"),
          "https://acme.example/");
  private static final Search.Candidate A = new Search.Candidate(FAMILY, "/a");
  private static final Search.Candidate B = new Search.Candidate(FAMILY, "/b");

  private static final String TABLE =
      """
      two left    | found    | settled on /a
      two left    | unusable | looking at /b
      two left    | missing  | looking at /b
      two left    | locked   | looking at /b
      two left    | silent   | resting 1 min: w
      one left    | found    | settled on /b
      one left    | unusable | resting 15 min: acme: w
      one left    | missing  | resting 15 min: it shows none of the pages that are known; give its path
      one left    | locked   | resting 15 min: /b: w
      one left    | silent   | resting 1 min: w
      one, a hint | found    | settled on /b
      one, a hint | unusable | resting 15 min: acme: w
      one, a hint | missing  | resting 15 min: hint
      one, a hint | locked   | resting 15 min: hint
      one, a hint | silent   | resting 1 min: w
      settled     | found    | settled on /a
      settled     | unusable | settled on /a
      settled     | missing  | settled on /a, 4
      settled     | locked   | settled on /a
      settled     | silent   | settled on /a
      often wrong | found    | settled on /a
      often wrong | unusable | settled on /a
      often wrong | missing  | resting 1 min: w
      often wrong | locked   | settled on /a
      often wrong | silent   | settled on /a
      resting     | found    | resting 15 min: none
      resting     | unusable | resting 15 min: none
      resting     | missing  | resting 15 min: none
      resting     | locked   | resting 15 min: none
      resting     | silent   | resting 15 min: none""";

  private final Map<String, Search> states = new LinkedHashMap<>();
  private final Map<String, Search.Event> events = new LinkedHashMap<>();

  SearchTest() {
    states.put("two left", Search.begin(List.of(A, B), 1));
    states.put("one left", Search.begin(List.of(B), 1));
    states.put("one, a hint", new Search.Looking(List.of(B), Optional.of("hint")));
    states.put("settled", new Search.Settled(A, 3));
    states.put("often wrong", new Search.Settled(A, Search.MOST_FAILURES - 1));
    states.put("resting", new Search.Resting("none", 1, Search.LONG_PAUSE));
    events.put("found", new Search.Event.Found());
    events.put("unusable", new Search.Event.Unusable("w"));
    events.put("missing", new Search.Event.NotThere("w"));
    events.put("locked", new Search.Event.Locked("w"));
    events.put("silent", new Search.Event.Silent("w"));
  }

  @TestFactory
  Stream<DynamicTest> table() {
    assertThat(TABLE.lines()).hasSize(states.size() * events.size()).doesNotHaveDuplicates();
    return TABLE.lines().map(line -> line.split("\\|", -1)).map(this::row);
  }

  private DynamicTest row(String[] cells) {
    String state = cells[0].trim();
    String event = cells[1].trim();
    return DynamicTest.dynamicTest(
        state + " + " + event,
        () ->
            assertThat(
                    name(
                        Objects.requireNonNull(states.get(state), state)
                            .on(Objects.requireNonNull(events.get(event), event), 5)))
                .isEqualTo(cells[2].trim()));
  }

  private static String name(Search state) {
    if (state instanceof Search.Looking looking) {
      return "looking at " + looking.left().get(0).path();
    }
    if (state instanceof Search.Settled settled) {
      return "settled on "
          + settled.page().path()
          + (settled.failures() == 0 ? "" : ", " + settled.failures());
    }
    Search.Resting resting = (Search.Resting) state;
    return "resting " + resting.pause().toMinutes() + " min: " + resting.why();
  }

  @Test
  void itRestsForItsPause() {
    Search resting = new Search.Resting("none", 1, Search.LONG_PAUSE);
    assertThat(resting.next()).isEmpty();
    assertThat(resting.isRested(Search.LONG_PAUSE.toNanos())).isFalse();
    assertThat(resting.isRested(Search.LONG_PAUSE.toNanos() + 1)).isTrue();
    assertThat(Search.begin(List.of(A), 1).isRested(Long.MAX_VALUE)).isFalse();
    assertThat(name(Search.begin(List.of(), 1))).startsWith("resting 15 min: there is no page");
  }
}
