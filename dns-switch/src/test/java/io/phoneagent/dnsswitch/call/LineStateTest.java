// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.call;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.dnsswitch.call.LineState.Effect;
import io.phoneagent.dnsswitch.call.LineState.Event;
import io.phoneagent.dnsswitch.call.LineState.Progress;
import io.phoneagent.dnsswitch.call.LineState.Tone;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The whole table of states and events, and of what each state has the telephone do. */
class LineStateTest {
  private static final Optional<Integer> NONE = Optional.empty();
  private static final Optional<Integer> TWO = Optional.of(2);
  private static final List<LineState> STATES =
      List.of(
          new LineState.Idle(),
          new LineState.Dialling(NONE),
          new LineState.Dialling(TWO),
          new LineState.Calling(1, Progress.SILENCE, NONE),
          new LineState.Calling(1, Progress.SILENCE, TWO),
          new LineState.Ringing(1),
          new LineState.Talking(1, NONE),
          new LineState.Talking(1, TWO),
          new LineState.Toned(Tone.BUSY, NONE),
          new LineState.Toned(Tone.BUSY, TWO));
  private static final List<Event> EVENTS =
      List.of(
          new Event.Lifted(),
          new Event.PutDown(),
          new Event.Flashed(),
          new Event.Dialled(3),
          new Event.Misdialled(),
          new Event.Called(3),
          new Event.Progressed(1, Progress.RINGS),
          new Event.Answered(1),
          new Event.Ended(1, 480),
          new Event.Ended(1, 486),
          new Event.Ended(2, 200),
          new Event.Gone());

  /** A dot is the same state; B begins, c connects, h holds, d drops, r refuses, p beeps. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // lifted |put down  |flash         |dialled  |wrong  |called    |rings  |answered|480
        // |486   |2   |gone
        "idle    |dial    |.       |.           |. d3     |.      |ring3     |.       |.      |.   "
            + "  |.     |.    |.",
        "dial    |.       |idle    |.           |call3 B3 |reorder|. r3      |.       |.      |.   "
            + "  |.     |.    |idle",
        "dial+2  |.       |ring2   |talk2 c2    |call3+2 B3|reorder+2|. r3   |.       |.      |.   "
            + "  |.     |dial |idle",
        "call1   |.       |idle d1 |.           |. d3     |.      |. r3      |call1r  |talk1 "
            + " |reorder|busy |.    |idle",
        "call1+2 |.       |ring2 d1|talk2 d1 c2 |. d3     |.      |. r3     "
            + " |call1r+2|talk1+2|reorder+2|busy+2|call1|idle",
        "ring1   |talk1 c1|.       |.           |. d3     |.      |. r3      |.       |.      |idle"
            + "  |idle  |.    |idle",
        "talk1   |.       |idle d1 |dial+1 h1   |. d3     |.      |talk1+3 p3|.       |.      |busy"
            + "  |busy  |.    |idle",
        "talk1+2 |.       |ring2 d1|talk2+1 h1 c2|. d3    |.      |. r3      |.       |.     "
            + " |busy+2|busy+2|talk1|idle",
        "busy    |.       |idle    |.           |. d3     |.      |. r3      |.       |.      |.   "
            + "  |.     |.    |idle",
        "busy+2  |.       |ring2   |talk2 c2    |. d3     |.      |. r3      |.       |.      |.   "
            + "  |.     |busy |idle",
      })
  void wholeTable(
      String state,
      String lifted,
      String putDown,
      String flash,
      String dialled,
      String wrong,
      String called,
      String rings,
      String answered,
      String unreachable,
      String busy,
      String otherEnded,
      String gone) {
    List<String> wanted =
        List.of(
            lifted,
            putDown,
            flash,
            dialled,
            wrong,
            called,
            rings,
            answered,
            unreachable,
            busy,
            otherEnded,
            gone);
    LineState from = STATES.stream().filter(s -> text(s).equals(state)).findFirst().orElseThrow();
    for (int i = 0; i < EVENTS.size(); i++) {
      LineState.Step step = from.on(EVENTS.get(i));
      assertThat(text(from, step)).as("%s in %s", EVENTS.get(i), state).isEqualTo(wanted.get(i));
    }
  }

  @Test
  void theTableHasAllStates() {
    assertThat(STATES.stream().map(LineStateTest::text)).hasSize(10).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "idle    | L/hd(N)           |",
        "dial    | L/hu(N), L/hf(N), L/oc(N), D/[0-9#*T](D) | L/dl",
        "dial+2  | L/hu(N), L/hf(N), L/oc(N), D/[0-9#*T](D) | L/dl",
        "call1   | L/hu(N), L/hf(N)  |",
        "ring1   | L/hd(N)           | L/rg, L/ci(,\"15550000001\",\"Ada\")",
        "talk1   | L/hu(N), L/hf(N)  |",
        "busy    | L/hu(N), L/hf(N)  | L/bz",
      })
  void whatTheTelephoneDoes(String state, String events, String signals) {
    LineState of = STATES.stream().filter(s -> text(s).equals(state)).findFirst().orElseThrow();
    LineRequest request =
        LineRequest.of(of, Optional.of(new LegName("+15550000001", "Ada")), false);
    assertThat(request.events()).isEqualTo(events);
    assertThat(String.join(", ", request.signals())).isEqualTo(signals == null ? "" : signals);
    assertThat(request.dials()).isEqualTo(of instanceof LineState.Dialling);
  }

  @Test
  void ringbackOnlyWhereNothingElseIsHeard() {
    assertThat(signals(Progress.RINGS)).containsExactly("G/rt");
    assertThat(signals(Progress.AUDIO)).isEmpty();
    assertThat(LineRequest.of(new LineState.Toned(Tone.REORDER, NONE), Optional.empty(), false))
        .extracting(LineRequest::signals)
        .isEqualTo(List.of("L/ro"));
    assertThat(LineRequest.of(new LineState.Talking(1, NONE), Optional.empty(), true).events())
        .endsWith("D/[0-9#*](N)");
  }

  private static List<String> signals(Progress progress) {
    return LineRequest.of(new LineState.Calling(1, progress, NONE), Optional.empty(), false)
        .signals();
  }

  @Test
  void aCallersNameBreaksNoLine() {
    assertThat(LineRequest.caller(new LegName("1)\r\nS: L/bz", "a\"b,(c)\\\u00e4")))
        .isEqualTo("L/ci(,\"1   S: L/bz\",\"a b  c  \u00c3\u00a4\")");
    assertThat(LineRequest.caller(new LegName("", ""))).isEqualTo("L/ci(,\"O\",\"\")");
    assertThat(LineRequest.caller(new LegName("1".repeat(1000), ""))).hasSizeLessThan(80);
  }

  @ParameterizedTest
  @CsvSource({
    "15550000001, +15550000001",
    "0015550000001, +15550000001",
    "442079460000T, +442079460000",
    "442079460000#, +442079460000",
    "00442079460000#, +442079460000",
    "T, ",
    "0T, ",
    "000442079460000T, ",
    "44207946000012345T, ",
    "44*20#, ",
  })
  void numbersAreDialledWhole(String keys, String number) {
    assertThat(DialPlan.number(keys).map(n -> n.e164())).isEqualTo(Optional.ofNullable(number));
  }

  private static String text(LineState from, LineState.Step step) {
    StringBuilder text = new StringBuilder(step.next().equals(from) ? "." : text(step.next()));
    for (Effect effect : step.effects()) {
      text.append(' ').append(text(effect));
    }
    return text.toString();
  }

  private static String text(LineState state) {
    String other = state.other().map(o -> "+" + o).orElse("");
    if (state instanceof LineState.Idle) {
      return "idle";
    }
    if (state instanceof LineState.Dialling) {
      return "dial" + other;
    }
    if (state instanceof LineState.Calling calling) {
      return "call" + calling.call() + (calling.progress() == Progress.RINGS ? "r" : "") + other;
    }
    if (state instanceof LineState.Ringing ringing) {
      return "ring" + ringing.call();
    }
    if (state instanceof LineState.Talking talking) {
      return "talk" + talking.call() + other;
    }
    return ((LineState.Toned) state).tone() == Tone.BUSY ? "busy" + other : "reorder" + other;
  }

  private static String text(Effect effect) {
    if (effect instanceof Effect.Connect connect) {
      return "c" + connect.call();
    }
    if (effect instanceof Effect.Hold hold) {
      return "h" + hold.call();
    }
    if (effect instanceof Effect.Drop drop) {
      return "d" + drop.call();
    }
    if (effect instanceof Effect.Refuse refuse) {
      return "r" + refuse.call();
    }
    return effect instanceof Effect.Beep beep
        ? "p" + beep.call()
        : "B" + ((Effect.Begin) effect).call();
  }
}
