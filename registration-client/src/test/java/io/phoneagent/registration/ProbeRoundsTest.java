// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.PublicAddress;
import io.phoneagent.nat.NamedProbe;
import io.phoneagent.nat.ProbeRounds;
import io.phoneagent.nat.Verdict;
import io.phoneagent.spi.HttpExchange;
import io.phoneagent.spi.NetworkBinding;
import io.phoneagent.spi.Probe;
import io.phoneagent.spi.ProbeAnswer;
import io.phoneagent.spi.ProbeContext;
import io.phoneagent.spi.PublicAddressProbe;
import io.phoneagent.spi.PublicRanges;
import io.phoneagent.spi.Viewpoint;
import io.phoneagent.testkit.VirtualHost;
import io.phoneagent.testkit.VirtualNetwork;
import io.phoneagent.testkit.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two sources, a and b, whose answers the test gives. */
class ProbeRoundsTest {
  private static final Optional<PublicAddress> HELD = Optional.of(Samples.PUBLIC);

  private final VirtualTime time = new VirtualTime();
  private final VirtualHost host = new VirtualNetwork(time, 1).host("192.0.2.1");
  private final List<String> asked = new ArrayList<>();
  private final Map<String, CompletableFuture<ProbeAnswer>> answers = new HashMap<>();
  private final List<String> verdicts = new ArrayList<>();
  private int asksAgain;
  private int silences;
  private final ProbeRounds rounds =
      new ProbeRounds(
          host.loop(), (l, v) -> verdicts.add(text(v)), () -> asksAgain++, () -> silences++);

  private static String text(Verdict verdict) {
    if (verdict instanceof Verdict.Known known) {
      return known.address().address().getHostAddress();
    }
    return verdict instanceof Verdict.Doubtful doubtful
        ? doubtful.claimed().getHostAddress() + "?"
        : ((Verdict.Unknown) verdict).why();
  }

  @BeforeEach
  void use() {
    rounds.use(List.of(probe("a"), probe("b")));
  }

  private NamedProbe probe(String name) {
    return probe(name, Viewpoint.GATEWAY);
  }

  private NamedProbe probe(String name, Viewpoint from) {
    PublicAddressProbe description =
        new PublicAddressProbe() {
          @Override
          public Viewpoint viewpoint() {
            return from;
          }

          @Override
          public String id() {
            return name;
          }

          @Override
          public Probe create(ProbeContext context) {
            return lease -> {
              asked.add(name);
              CompletableFuture<ProbeAnswer> answer = new CompletableFuture<>();
              answers.put(name, answer);
              return answer;
            };
          }
        };
    return NamedProbe.create(description, new Nobody(), time);
  }

  private static final class Nobody implements ProbeContext {
    @Override
    public HttpExchange http() {
      throw new IllegalStateException("not needed");
    }

    @Override
    public NetworkBinding network() {
      throw new IllegalStateException("not needed");
    }

    @Override
    public PublicRanges publicRanges() {
      return PublicRanges.none();
    }

    @Override
    public Runnable schedule(Duration delay, Runnable task) {
      throw new IllegalStateException("not needed");
    }

    @Override
    public long nanos() {
      return 0;
    }

    @Override
    public void askNow(String cause) {
      throw new IllegalStateException("not needed");
    }
  }

  private void says(String name, String address) {
    Objects.requireNonNull(answers.get(name), name)
        .complete(new ProbeAnswer.Found(Samples.address(address)));
    time.runTasks();
  }

  @Test
  void whoSaysNothingIsWaitedForUntilSomebodySaysSomething() {
    rounds.ask(Samples.LEASE, Optional.empty());
    time.advance(Duration.ofSeconds(9));
    assertThat(verdicts).isEmpty();
    says("a", "203.0.113.11");
    time.advance(Duration.ofMillis(249));
    assertThat(verdicts).isEmpty();
    time.advance(Duration.ofMillis(1));
    assertThat(verdicts).containsExactly("203.0.113.11");
  }

  @Test
  void noLongerThanIsWorthIt() {
    rounds.use(List.of(probe("a")), Duration.ofSeconds(1));
    rounds.ask(Samples.LEASE, Optional.empty());
    time.advance(Duration.ofSeconds(1));
    assertThat(verdicts).hasSize(1);
    says("a", "203.0.113.11");
    assertThat(verdicts).last().isEqualTo("203.0.113.11");
    rounds.ask(Samples.LEASE, HELD);
    time.advance(Duration.ofSeconds(2));
    assertThat(verdicts).hasSize(2);
  }

  @Test
  void nobodyIsWaitedForLongerThanTenSeconds() {
    rounds.ask(Samples.LEASE, Optional.empty());
    time.advance(Duration.ofMillis(9_999));
    assertThat(verdicts).isEmpty();
    time.advance(Duration.ofMillis(1));
    assertThat(verdicts).hasSize(1);
    assertThat(time.pendingTimers()).isZero();
  }

  @Test
  void laterOnesWaitAMoment() {
    rounds.ask(Samples.LEASE, HELD);
    says("a", "203.0.113.11");
    time.advance(Duration.ofMillis(249));
    assertThat(verdicts).isEmpty();
    time.advance(Duration.ofMillis(1));
    assertThat(verdicts).containsExactly("203.0.113.11");
  }

  @Test
  void andAShorterOneForNews() {
    rounds.ask(Samples.LEASE, HELD);
    says("a", "203.0.113.12");
    time.advance(Duration.ofMillis(49));
    assertThat(verdicts).isEmpty();
    time.advance(Duration.ofMillis(1));
    assertThat(verdicts).containsExactly("203.0.113.12");
  }

  @Test
  void nobodyIsWaitedForWhenAllHaveAnswered() {
    rounds.ask(Samples.LEASE, HELD);
    says("a", "203.0.113.11");
    says("b", "203.0.113.11");
    assertThat(verdicts).containsExactly("203.0.113.11");
  }

  @Test
  void theSlowIsNotAskedTwiceAndHeardWhenItHasNews() {
    rounds.ask(Samples.LEASE, HELD);
    says("a", "203.0.113.11");
    time.advance(Duration.ofSeconds(1));
    rounds.ask(Samples.LEASE, HELD);
    says("a", "203.0.113.11");
    time.advance(Duration.ofSeconds(1));
    assertThat(asked).containsExactly("a", "b", "a");
    assertThat(verdicts).hasSize(2);
    says("b", "203.0.113.12");
    assertThat(verdicts).last().isEqualTo("203.0.113.12?");
    rounds.ask(Samples.LEASE, HELD);
    assertThat(asked).containsExactly("a", "b", "a", "a", "b");
  }

  @Test
  void whatTheSlowSaysThatIsKnownChangesNothing() {
    rounds.ask(Samples.LEASE, HELD);
    says("a", "203.0.113.11");
    time.advance(Duration.ofSeconds(1));
    says("b", "203.0.113.11");
    assertThat(verdicts).hasSize(1);
  }

  @Test
  void aRoundThatIsUnderWayIsFollowedByOneMore() {
    rounds.ask(Samples.LEASE, HELD);
    rounds.ask(Samples.LEASE, HELD);
    rounds.ask(Samples.LEASE, HELD);
    assertThat(asked).hasSize(2);
    says("a", "203.0.113.11");
    says("b", "203.0.113.11");
    assertThat(asksAgain).isEqualTo(1);
  }

  @Test
  void underAnotherLeaseAllAreAskedAnew() {
    rounds.ask(Samples.LEASE, HELD);
    CompletableFuture<ProbeAnswer> old = Objects.requireNonNull(answers.get("a"));
    rounds.ask(Samples.OTHER_LEASE, HELD);
    assertThat(asked).containsExactly("a", "b", "a", "b");
    old.complete(new ProbeAnswer.Found(Samples.address("203.0.113.12")));
    time.advance(Duration.ofSeconds(1));
    assertThat(verdicts).isEmpty();
  }

  @Test
  void cancelledItSaysNothing() {
    rounds.ask(Samples.LEASE, HELD);
    says("a", "203.0.113.12");
    rounds.cancel();
    says("b", "203.0.113.12");
    time.advance(Duration.ofSeconds(20));
    assertThat(verdicts).isEmpty();
    assertThat(time.pendingTimers()).isZero();
  }

  @Test
  void otherSourcesTakeOverInTheMiddleOfARound() {
    rounds.ask(Samples.LEASE, HELD);
    rounds.use(List.of(probe("c")));
    says("c", "203.0.113.12");
    assertThat(asked).containsExactly("a", "b", "c");
    assertThat(verdicts).containsExactly("203.0.113.12");
  }

  private void useOneOnTheLanAndOneOutside() {
    rounds.use(List.of(probe("lan"), probe("outside", Viewpoint.OUTSIDE)));
  }

  @Test
  void whileTheLanSaysWhatIsKnownTheInternetIsLeftAloneForHalfAMinute() {
    useOneOnTheLanAndOneOutside();
    for (int second = 0; second < 60; second++) {
      rounds.ask(Samples.LEASE, HELD);
      says("lan", "203.0.113.11");
      if (second % 30 == 0) {
        says("outside", "203.0.113.11");
      }
      time.advance(Duration.ofSeconds(1));
    }
    assertThat(verdicts).hasSize(60).containsOnly("203.0.113.11");
    assertThat(asked).filteredOn("lan"::equals).hasSize(60);
    assertThat(asked).filteredOn("outside"::equals).hasSize(2);
  }

  @Test
  void newsOfTheLanTheInternetIsAskedAboutAtOnce() {
    inAnInstantAfterAQuietRound();
    says("lan", "203.0.113.12");
    assertThat(asked).containsExactly("outside");
    says("outside", "203.0.113.12");
    assertThat(verdicts).containsExactly("203.0.113.12");
  }

  @Test
  void andItIsNotWaitedForLongerThanForOthers() {
    inAnInstantAfterAQuietRound();
    says("lan", "203.0.113.12");
    time.advance(Duration.ofMillis(50));
    assertThat(verdicts).containsExactly("203.0.113.12?");
  }

  @Test
  void whereTheLanSaysNothingTheInternetIsAsked() {
    inAnInstantAfterAQuietRound();
    Objects.requireNonNull(answers.get("lan")).complete(new ProbeAnswer.Nothing("gone"));
    time.runTasks();
    assertThat(asked).containsExactly("outside");
    says("outside", "203.0.113.11");
    assertThat(verdicts).containsExactly("203.0.113.11");
  }

  /** The LAN has just been asked, and the internet a second ago. */
  private void inAnInstantAfterAQuietRound() {
    useOneOnTheLanAndOneOutside();
    rounds.ask(Samples.LEASE, HELD);
    says("lan", "203.0.113.11");
    says("outside", "203.0.113.11");
    time.advance(Duration.ofSeconds(1));
    rounds.ask(Samples.LEASE, HELD);
    asked.clear();
    verdicts.clear();
  }

  private void saysThatThereIsNone(String name) {
    Objects.requireNonNull(answers.get(name), name).complete(new ProbeAnswer.Nothing("none now"));
    time.runTasks();
  }

  @Test
  void theSilenceOfTheLanIsToldEachHalfSecondForHalfAMinute() {
    rounds.use(List.of(probe("lan")));
    rounds.ask(Samples.LEASE, HELD);
    time.advance(Duration.ofMillis(10));
    says("lan", "203.0.113.11");
    time.advance(Duration.ofSeconds(5));
    rounds.ask(Samples.LEASE, HELD);
    time.advance(Duration.ofMillis(499));
    assertThat(silences).isZero();
    time.advance(Duration.ofMillis(1));
    assertThat(silences).isEqualTo(1);
    time.advance(Duration.ofSeconds(1));
    assertThat(silences).isEqualTo(3);
    time.advance(Duration.ofSeconds(9));
    for (int round = 0; round < 10; round++) {
      rounds.ask(Samples.LEASE, HELD);
      time.advance(Duration.ofSeconds(10));
    }
    assertThat(silences).isEqualTo(60);
    rounds.ask(Samples.LEASE, HELD);
    says("lan", "203.0.113.11");
    rounds.ask(Samples.LEASE, HELD);
    time.advance(Duration.ofMillis(500));
    assertThat(silences).as("once more, as it is there again").isEqualTo(61);
  }

  @Test
  void whoNeverSaidAnythingHasNotFallenSilent() {
    rounds.use(List.of(probe("lan")));
    for (int round = 0; round < 3; round++) {
      rounds.ask(Samples.LEASE, HELD);
      time.advance(Duration.ofSeconds(10));
    }
    assertThat(silences).isZero();
  }

  @Test
  void whoIsSlowIsNotSilent() {
    rounds.use(List.of(probe("lan")));
    for (int second = 0; second < 60; second++) {
      rounds.ask(Samples.LEASE, HELD);
      time.advance(Duration.ofMillis(second % 20 == 9 ? 2_300 : 600));
      says("lan", "203.0.113.11");
      time.advance(Duration.ofMillis(400));
    }
    assertThat(silences).as("2.4 s are four times 0.6 s").isZero();
    rounds.ask(Samples.LEASE, HELD);
    time.advance(Duration.ofSeconds(9));
    assertThat(silences).isPositive();
  }

  @Test
  void oneLateAnswerMakesNobodySlow() {
    rounds.use(List.of(probe("lan")));
    for (int second = 0; second < 20; second++) {
      rounds.ask(Samples.LEASE, HELD);
      time.advance(Duration.ofMillis(second == 15 ? 490 : 10));
      says("lan", "203.0.113.11");
    }
    rounds.ask(Samples.LEASE, HELD);
    time.advance(Duration.ofMillis(500));
    assertThat(silences).isEqualTo(1);
  }

  @Test
  void aGatewayThatSaysItHasNoAddressIsAsGoodAsSilent() {
    rounds.use(List.of(probe("lan")));
    rounds.ask(Samples.LEASE, HELD);
    says("lan", "203.0.113.11");
    for (int second = 1; second <= 3; second++) {
      rounds.ask(Samples.LEASE, HELD);
      saysThatThereIsNone("lan");
      assertThat(silences).isEqualTo(second);
      time.advance(Duration.ofSeconds(1));
    }
    assertThat(silences).isEqualTo(3);
  }

  @Test
  void theSilenceOfTheInternetIsToldOnceAsManyPhonesMayHearIt() {
    rounds.use(List.of(probe("outside", Viewpoint.OUTSIDE)));
    rounds.ask(Samples.LEASE, HELD);
    says("outside", "203.0.113.11");
    for (int round = 0; round < 3; round++) {
      rounds.ask(Samples.LEASE, HELD);
      time.advance(Duration.ofMillis(9_999));
      assertThat(silences).isEqualTo(Math.min(round, 1));
      time.advance(Duration.ofMillis(1));
      assertThat(silences).isEqualTo(1);
    }
  }

  @Test
  void inAnotherNetworkNobodyHasFallenSilent() {
    rounds.use(List.of(probe("lan")));
    rounds.ask(Samples.LEASE, HELD);
    says("lan", "203.0.113.11");
    rounds.ask(Samples.lease("192.168.2.100", "192.168.2.1"), HELD);
    time.advance(Duration.ofSeconds(20));
    assertThat(silences).isZero();
  }

  @Test
  void withoutSourcesNothingIsKnown() {
    rounds.use(List.of());
    rounds.ask(Samples.LEASE, Optional.empty());
    assertThat(verdicts).containsExactly("no source was asked");
  }
}
