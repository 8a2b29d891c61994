// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Each state with each event; a second later, unless it says otherwise. */
class KeepingTest {
  private static final long SECOND = 1_000_000_000L;

  private static final String TABLE =
      """
      unknown | alone         | apart
      unknown | kept          | kept 4
      unknown | kept 15       | kept 14
      unknown | kept 3600     | kept 59
      unknown | not kept      | closing
      unknown | lost          | closing
      apart   | alone         | apart
      apart   | kept          | kept 4
      apart   | kept 15       | kept 14
      apart   | kept 3600     | kept 59
      apart   | not kept      | closing
      apart   | lost          | closing
      kept    | alone         | apart
      kept    | kept          | kept 4
      kept    | kept 15       | kept 14
      kept    | kept 3600     | kept 59
      kept    | not kept      | apart
      kept    | lost          | closing
      closing | alone         | since long
      closing | kept          | since long
      closing | kept 15       | since long
      closing | kept 3600     | since long
      closing | not kept      | since long
      closing | lost          | closing
      atoned  | alone         | apart
      atoned  | kept          | kept 4
      atoned  | kept 15       | kept 14
      atoned  | kept 3600     | kept 59
      atoned  | not kept      | closing
      atoned  | lost          | closing""";

  private final Map<String, Keeping> states = new LinkedHashMap<>();
  private final long now = Keeping.PENANCE.toNanos();

  KeepingTest() {
    states.put("unknown", new Keeping.Unknown());
    states.put("apart", new Keeping.Apart(now - SECOND));
    states.put("kept", new Keeping.Kept(now - SECOND, 4 * SECOND));
    states.put("closing", new Keeping.Closing(1));
    states.put("atoned", new Keeping.Closing(0));
  }

  @TestFactory
  Stream<DynamicTest> table() {
    assertThat(TABLE.lines()).hasSize(states.size() * 6).doesNotHaveDuplicates();
    return TABLE
        .lines()
        .map(line -> line.split("\\|", -1))
        .map(
            cells ->
                DynamicTest.dynamicTest(
                    cells[0].trim() + " + " + cells[1].trim(),
                    () ->
                        assertThat(name(next(cells[0].trim(), cells[1].trim())))
                            .isEqualTo(cells[2].trim())));
  }

  private Keeping next(String state, String event) {
    Keeping before = Objects.requireNonNull(states.get(state), state);
    if (event.equals("lost")) {
      return before.lost(now);
    }
    String said = event.replaceAll("[^0-9]", "");
    return before.answered(
        !event.equals("alone"),
        event.startsWith("kept"),
        said.isEmpty() ? -1 : Long.parseLong(said),
        now);
  }

  private String name(Keeping state) {
    if (state instanceof Keeping.Kept kept) {
      assertThat(kept.answeredNanos()).isEqualTo(now);
      return "kept " + kept.goodForNanos() / SECOND;
    }
    if (state instanceof Keeping.Closing closing) {
      return closing.sinceNanos() == now ? "closing" : "since long";
    }
    return state instanceof Keeping.Apart ? "apart" : "unknown";
  }

  @Test
  void onlyQuickQuestionsAskToKeep() {
    assertThat(new Keeping.Unknown().asksToKeep(now)).isFalse();
    assertThat(new Keeping.Closing(0).asksToKeep(now)).isFalse();
    Keeping apart = new Keeping.Apart(0);
    assertThat(apart.asksToKeep(4 * SECOND)).isTrue();
    assertThat(apart.asksToKeep(4 * SECOND + 1)).isFalse();
    assertThat(apart.goesOverKept(1)).isFalse();
    Keeping kept = new Keeping.Kept(0, 14 * SECOND);
    assertThat(kept.asksToKeep(14 * SECOND)).isTrue();
    assertThat(kept.goesOverKept(14 * SECOND)).isTrue();
    assertThat(kept.asksToKeep(14 * SECOND + 1)).isFalse();
    assertThat(kept.goesOverKept(14 * SECOND + 1)).isFalse();
  }
}
