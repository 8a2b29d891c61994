// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import static io.phoneagent.nat.VerdictTest.address;
import static io.phoneagent.nat.VerdictTest.held;
import static io.phoneagent.nat.VerdictTest.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.PublicAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Round after round, with a switch that answers binds. */
class WeighingTest {
  private final Weighing weighing = new Weighing();
  private Optional<PublicAddress> current = Optional.of(held("11"));

  /** A round in which sources a, b and so on say this, {@code o} for one outside. */
  private String round(String... said) {
    List<ProbeReport> reports = new ArrayList<>();
    for (String one : said) {
      String name = (one.startsWith("o") ? "o" : "g") + (char) ('a' + reports.size());
      reports.add(VerdictTest.report(name, one.replace("o", "")));
    }
    return took(weighing.weigh(current, reports));
  }

  private String seen(String last) {
    return weighing.seen(address(last)).map(this::took).orElse("nothing");
  }

  private String took(Verdict verdict) {
    if (verdict instanceof Verdict.Known known) {
      current = Optional.of(known.address());
    }
    return text(verdict).split("[ :]", 2)[0];
  }

  @Test
  void oneTrustworthySourceIsFollowedAtOnce() {
    assertThat(round("12")).isEqualTo("12");
    assertThat(seen("12")).isEqualTo("nothing");
  }

  @Test
  void anOutlierCostsABindAndNoMore() {
    assertThat(round("11", "11")).isEqualTo("11");
    assertThat(round("11", "99")).isEqualTo("99?");
    assertThat(seen("11")).isEqualTo("11");
    assertThat(round("11", "99")).as("it is not believed any more").isEqualTo("11");
    assertThat(round("11", "98")).isEqualTo("11");
  }

  @Test
  void aBindShowsTheChangeThatOnlyOneHasSeen() {
    assertThat(round("12", "11", "11")).isEqualTo("12?");
    assertThat(seen("12")).isEqualTo("12");
    assertThat(round("12", "11", "11")).as("the others are stale").isEqualTo("12");
    assertThat(round("13", "11", "11")).as("the next one at once").isEqualTo("13");
  }

  @Test
  void whoFlapsIsBelievedLessAndLess() {
    int binds = 0;
    for (int i = 0; i < 10_000; i++) {
      String verdict = round("11", i % 2 == 0 ? "11" : "99");
      if (verdict.equals("99?")) {
        binds++;
        seen("11");
      } else {
        assertThat(verdict).isEqualTo("11");
      }
    }
    assertThat(binds).isEqualTo(2);
  }

  @Test
  void whoWasWrongOnceIsBelievedAfterOneRightAnswer() {
    round("11", "99");
    seen("11");
    round("11", "11");
    assertThat(round("11", "12")).isEqualTo("12?");
    assertThat(seen("12")).isEqualTo("12");
  }

  @Test
  void whoInsistsIsListenedToNowAndThen() {
    round("11", "99");
    seen("11");
    int binds = 0;
    for (int i = 0; i < 10_000; i++) {
      binds += round("11", "99").equals("99?") ? 1 : 0;
      seen("11");
    }
    assertThat(binds).isBetween(2, 4);
  }

  @Test
  void whoIsSilentAndWasRightIsHeardByABind() {
    round("11", "11");
    assertThat(round("-", "99")).isEqualTo("99?");
    assertThat(seen("11")).isEqualTo("11");
    assertThat(round("-", "99")).isEqualTo("11");
    assertThat(round("12", "99")).as("the trustworthy one is back").isEqualTo("12");
  }

  @Test
  void aLoneLieIsFollowedOnceAndFoundOut() {
    assertThat(round("11")).isEqualTo("11");
    assertThat(round("99")).isEqualTo("99");
    assertThat(seen("11")).isEqualTo("nothing");
    assertThat(round("11")).isEqualTo("11");
    assertThat(round("99")).as("after one right answer it is believed again").isEqualTo("99");
    assertThat(seen("11")).isEqualTo("nothing");
    assertThat(round("11")).isEqualTo("11");
    assertThat(round("99")).as("after two it is not enough").isEqualTo("11");
  }

  @Test
  void aSwitchThatIsReachedByAnotherWayShowsNothing() {
    assertThat(round("12", "12", "11")).isEqualTo("12?");
    assertThat(seen("77")).as("most count").isEqualTo("12");
    assertThat(round("13", "12", "11")).isEqualTo("13?");
    assertThat(seen("77")).as("between equals what is held stays").isEqualTo("12");
  }

  @Test
  void aSwitchThatDoesNotAnswerIsWaitedForAWhile() {
    assertThat(round("12", "12", "11")).isEqualTo("12?");
    assertThat(round("12", "12", "11")).as("asked once").isEqualTo("11");
    assertThat(round("12", "12", "11")).isEqualTo("11");
    assertThat(round("12", "12", "11")).isEqualTo("12");
  }

  @Test
  void whatTheSwitchSeesCountsOnceASourceSaysItToo() {
    round("11", "11");
    assertThat(seen("12")).as("nobody has said it yet").isEqualTo("nothing");
    assertThat(round("11", "12")).isEqualTo("12");
  }

  @Test
  void aTrueSourceThatWasWrongedIsRehabilitated() {
    round("12", "11");
    assertThat(seen("11")).as("a bind from before the change").isEqualTo("11");
    assertThat(round("12", "11")).isEqualTo("11");
    assertThat(seen("12")).as("the next one").isEqualTo("12");
    assertThat(round("12", "11")).isEqualTo("12");
  }

  @Test
  void whatTheSwitchSawBeforeTheDeviceWasAwayIsForgotten() {
    round("11", "11");
    seen("11");
    current = Optional.empty();
    assertThat(round("12", "12", "11")).isEqualTo("12");
  }

  @Test
  void behindCarrierGradeNatTheSwitchIsTheSourceForWantOfAnother() {
    current = Optional.empty();
    assertThat(round("cgnat")).isEqualTo("none");
    assertThat(seen("12")).isEqualTo("12");
    assertThat(current.get().verdict())
        .isEqualTo("CGNAT: the gateway has 100.64.3.7, the switch sees 203.0.113.12");
    assertThat(round("cgnat")).isEqualTo("12");
    assertThat(seen("13")).isEqualTo("13");
    assertThat(round("cgnat")).isEqualTo("13");
  }

  @Test
  void behindTwoNatsTheGatewayIsOutvotedForGood() {
    current = Optional.empty();
    assertThat(round("11", "o12")).isEqualTo("12");
    assertThat(seen("12")).isEqualTo("nothing");
    int binds = 0;
    for (int i = 0; i < 50; i++) {
      binds += round("11", "o12").equals("11?") ? 1 : 0;
      seen("12");
    }
    assertThat(binds).isEqualTo(1);
    assertThat(round("11", "o13")).isEqualTo("13");
  }
}
