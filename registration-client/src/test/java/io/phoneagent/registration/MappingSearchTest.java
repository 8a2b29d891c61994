// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.registration.MappingSearch.Bounds;
import io.phoneagent.registration.MappingSearch.Checking;
import io.phoneagent.registration.MappingSearch.Effect;
import io.phoneagent.registration.MappingSearch.Event;
import io.phoneagent.registration.MappingSearch.Learning;
import io.phoneagent.registration.MappingSearch.Off;
import io.phoneagent.registration.MappingSearch.Settled;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The search for how long a firewall keeps an idle mapping. */
class MappingSearchTest {
  private static final Bounds BOUNDS = new Bounds(15, 600);

  private final StateTable<MappingSearch, Event, Effect> table =
      new StateTable<MappingSearch, Event, Effect>((state, event) -> state.on(event, BOUNDS))
          .state("off", new Off())
          .state("climbing", new Learning(15, 0, 24, 0, 0))
          .state("doubting", new Learning(98, 157, 127, 1, 0))
          .state("confirming", new Learning(112, 119, 112, 0, 0))
          .state("settled", new Settled(112, 0))
          .state("checking", new Checking(112, 1, true, 0, 0))
          .state("distrusting", new Checking(112, 1, true, 1, 0))
          .state("returning", new Checking(112, 0, false, 0, 0))
          .event("opened", new Event.Opened(0))
          .event("opened where known", new Event.Opened(112))
          .event("lived", new Event.Lived())
          .event("died", new Event.Died())
          .event("unclear", new Event.Unclear())
          .event("due", new Event.Due())
          .event("lost", new Event.Lost())
          .event("closed", new Event.Closed());

  @TestFactory
  Stream<DynamicTest> theWholeTable() {
    String learn = "Learning Stop,KeepAliveSafely,Remember,Measure";
    String check = "Checking Stop,KeepAliveSafely,Measure";
    String off = "Off Stop,KeepAliveSafely";
    List<String> rows = new ArrayList<>();
    for (String state :
        List.of(
            "climbing",
            "doubting",
            "confirming",
            "settled",
            "checking",
            "distrusting",
            "returning")) {
      rows.add(state + " | opened | " + learn);
      rows.add(state + " | opened where known | " + check);
      rows.add(state + " | lost | " + learn);
      rows.add(state + " | closed | " + off);
    }
    rows.addAll(
        List.of(
            "off | opened | " + learn,
            "off | opened where known | " + check,
            "off | lived | Off",
            "off | died | Off",
            "off | unclear | Off",
            "off | due | Off",
            "off | lost | Off",
            "off | closed | Off",
            "climbing | lived | Learning Measure",
            "climbing | died | Learning Measure",
            "climbing | unclear | Learning DueIn",
            "climbing | due | Learning Measure",
            "doubting | lived | Learning Measure",
            "doubting | died | Learning Measure",
            "doubting | unclear | Learning DueIn",
            "doubting | due | Learning Measure",
            "confirming | lived | Settled KeepAlive,Remember,DueIn",
            "confirming | died | Learning Measure",
            "confirming | unclear | Learning DueIn",
            "confirming | due | Learning Measure",
            "settled | lived | Settled",
            "settled | died | Settled",
            "settled | unclear | Settled",
            "settled | due | Checking Measure",
            "checking | lived | Settled DueIn",
            "checking | died | Checking Measure",
            "checking | unclear | Checking DueIn",
            "checking | due | Checking Measure",
            "distrusting | lived | Settled DueIn",
            "distrusting | died | " + learn,
            "distrusting | unclear | Checking DueIn",
            "distrusting | due | Checking Measure",
            "returning | lived | Settled KeepAlive,Remember,DueIn",
            "returning | died | Checking Measure",
            "returning | unclear | Checking DueIn",
            "returning | due | Checking Measure"));
    return table.check(String.join("\n", rows));
  }

  /** What a search comes to, and what it cost. */
  private record Found(int used, int measurements, Duration took, String cause) {}

  /** Searches against a firewall; each measurement of one that lives is lost with this chance. */
  private static Found search(int life, Bounds bounds, double lost, long seed) {
    Random random = new Random(seed);
    MappingSearch state = new Off();
    Event event = new Event.Opened(0);
    Duration took = Duration.ZERO;
    int measurements = 0;
    int used = bounds.safe();
    while (true) {
      Step<MappingSearch, Effect> step = state.on(event, bounds);
      state = step.next();
      int measure = 0;
      for (Effect effect : step.effects()) {
        if (effect instanceof Effect.Measure m) {
          measure = m.seconds();
        } else if (effect instanceof Effect.KeepAlive k) {
          used = k.seconds();
        }
      }
      if (state instanceof Settled) {
        return new Found(used, measurements, took, step.cause());
      }
      assertThat(used).as("until it is known").isEqualTo(bounds.safe());
      assertThat(++measurements).isLessThan(100);
      took = took.plusSeconds(measure);
      boolean lives = measure <= life && random.nextDouble() >= lost;
      event = lives ? new Event.Lived() : new Event.Died();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 17, 20, 25, 30, 60, 90, 120, 180, 300, 420, 599})
  void settlesUnderTheLifeOfAMapping(int life) {
    Found found = search(life, BOUNDS, 0, 1);
    assertThat(found.used()).isLessThan(life).isGreaterThanOrEqualTo((int) (life * 0.84) - 1);
    assertThat(found.measurements()).isLessThan(25);
    assertThat(found.took()).isLessThan(Duration.ofMinutes(100));
  }

  @Test
  void linuxIsKeptAliveThirtyFiveTimesAnHourAfterHalfAnHour() {
    Found found = search(120, BOUNDS, 0, 1);
    assertThat(found.cause()).isEqualTo("mappings here live 119 s: keep-alive each 107 s");
    assertThat(found.took()).isLessThan(Duration.ofMinutes(30));
  }

  @Test
  void whatTheSwitchPermitsIsTheMost() {
    assertThat(search(86_400, BOUNDS, 0, 1).used()).isEqualTo(540);
    assertThat(search(86_400, new Bounds(15, 100), 0, 1).used()).isEqualTo(90);
    assertThat(search(86_400, new Bounds(15, 65_535), 0, 1).used()).isEqualTo(756);
    Found none = search(86_400, new Bounds(15, 0), 0, 1);
    assertThat(none.used()).isEqualTo(15);
    assertThat(none.cause())
        .isEqualTo("mappings here do not live longer than they have to: keep-alive each 15 s");
  }

  @Test
  void nothingThatDiesIsEverUsed() {
    for (int life = 0; life <= 700; life++) {
      for (int safe : new int[] {1, 5, 15, 60}) {
        Bounds bounds = new Bounds(safe, 600);
        assertThat(search(life, bounds, 0, life).used())
            .as("life %d, safe %d", life, safe)
            .isLessThanOrEqualTo(Math.max(life, safe));
      }
    }
  }

  @Test
  void aMeasurementThatFailsNowAndThenOnlyMakesItShorter() {
    for (int seed = 0; seed < 1_000; seed++) {
      assertThat(search(120, BOUNDS, 0.05, seed).used()).isBetween(15, 120);
    }
  }

  @Test
  void oneDeathProvesNothing() {
    MappingSearch once = new Learning(61, 0, 98, 0, 0).on(new Event.Died(), BOUNDS).next();
    assertThat(once).isEqualTo(new Learning(61, 0, 98, 1, 0));
    assertThat(once.on(new Event.Lived(), BOUNDS).next()).isEqualTo(new Learning(98, 0, 157, 0, 0));
  }

  @Test
  void whatWasFoundIsCheckedAfterAnHourThenFourThenDaily() {
    MappingSearch state = new Learning(112, 119, 112, 0, 0);
    List<Duration> pauses = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Step<MappingSearch, Effect> step = state.on(new Event.Lived(), BOUNDS);
      step.effects().forEach(e -> pauses.addAll(pause(e)));
      state = step.next().on(new Event.Due(), BOUNDS).next();
    }
    assertThat(pauses)
        .containsExactly(
            Duration.ofHours(1), Duration.ofHours(4), Duration.ofDays(1), Duration.ofDays(1));
  }

  @Test
  void whatCannotBeFoundOutIsTriedLessAndLessOften() {
    MappingSearch state = new Learning(15, 0, 24, 0, 0);
    List<Duration> pauses = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      Step<MappingSearch, Effect> step = state.on(new Event.Unclear(), BOUNDS);
      step.effects().forEach(e -> pauses.addAll(pause(e)));
      state = step.next();
    }
    assertThat(pauses)
        .extracting(Duration::toMinutes)
        .containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 64L, 64L);
  }

  private static List<Duration> pause(Effect effect) {
    return effect instanceof Effect.DueIn in ? List.of(in.delay()) : List.of();
  }
}
