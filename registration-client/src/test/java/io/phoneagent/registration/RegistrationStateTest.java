// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.AgentSettings;
import io.phoneagent.FailbackMode;
import io.phoneagent.registration.RegistrationState.Attempt;
import io.phoneagent.registration.RegistrationState.Effect;
import io.phoneagent.registration.RegistrationState.Event;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every state of a line's registration with every event. */
class RegistrationStateTest {
  private static final Attempt ATTEMPT = new Attempt(Samples.HERE, 3, 0, "located", Samples.FIRST);
  private static final RegistrationPolicy ALONE = policy(false, Samples.FIRST);
  private static final RegistrationPolicy TWO = policy(false, Samples.FIRST, Samples.SECOND);
  private static final RegistrationPolicy TWO_IN_A_CALL =
      policy(true, Samples.FIRST, Samples.SECOND);

  private static final StateTable<RegistrationState, Event, Effect> MACHINE =
      new StateTable<>((state, event) -> state.on(event, TWO));

  private static RegistrationPolicy of(AgentSettings settings, boolean busy) {
    return RegistrationPolicy.of(settings, settings.dnsSwitches(), busy, Map.of());
  }

  private static RegistrationPolicy policy(boolean busy, URI... switches) {
    return of(AgentSettings.builder().dnsSwitches(List.of(switches)).build(), busy);
  }

  static {
    MACHINE.state("idle", new RegistrationState.Idle(2, Optional.empty()));
    MACHINE.state("left", new RegistrationState.Idle(2, Optional.of(Samples.GRANT)));
    MACHINE.state("first", new RegistrationState.Registering(ATTEMPT, Optional.empty()));
    MACHINE.state("again", new RegistrationState.Registering(ATTEMPT, Optional.of(Samples.GRANT)));
    MACHINE.state(
        "waiting", new RegistrationState.Waiting(ATTEMPT, Optional.of(Samples.GRANT), false));
    MACHINE.state("told", new RegistrationState.Waiting(ATTEMPT, Optional.of(Samples.GRANT), true));
    MACHINE.state("registered", new RegistrationState.Registered(Samples.HERE, 3, Samples.GRANT));
    MACHINE.state("fallback", new RegistrationState.Registered(Samples.HERE, 3, Samples.AT_SECOND));
    MACHINE.event("located here", new Event.Located(Samples.HERE, "c"));
    MACHINE.event("located there", new Event.Located(Samples.THERE, "c"));
    MACHINE.event("unlocated", new Event.Unlocated("c"));
    MACHINE.event("accepted", new Event.Accepted(3, Samples.NEXT_KEY));
    MACHINE.event("accepted late", new Event.Accepted(2, Samples.NEXT_KEY));
    MACHINE.event("forbidden", new Event.Refused(3, 403, "no", Optional.empty()));
    MACHINE.event("overloaded", new Event.Refused(3, 503, "", Optional.of(Duration.ofSeconds(7))));
    MACHINE.event("refused late", new Event.Refused(2, 403, "no", Optional.empty()));
    MACHINE.event("unanswered", new Event.Unanswered(3, "timeout"));
    MACHINE.event("unanswered late", new Event.Unanswered(2, "timeout"));
    MACHINE.event("retry due", new Event.RetryDue());
    MACHINE.event("refresh due", new Event.RefreshDue());
    MACHINE.event("flow silent", new Event.FlowSilent("c"));
    MACHINE.event("failback due", new Event.FailbackDue());
    MACHINE.event("first serves", new Event.PreferredAsked(Samples.FIRST, true));
    MACHINE.event("first silent", new Event.PreferredAsked(Samples.FIRST, false));
    MACHINE.event("settings", new Event.PolicyChanged(false, "c"));
    MACHINE.event("renewing", new Event.PolicyChanged(true, "c"));
    MACHINE.event("leave", new Event.Leave("c"));
  }

  private static final String TABLE =
      """
      idle       | located here    | Registering CancelTimer,Put
      idle       | located there   | Registering CancelTimer,Put
      idle       | unlocated       | Idle
      idle       | accepted        | Idle
      idle       | accepted late   | Idle
      idle       | forbidden       | Idle
      idle       | overloaded      | Idle
      idle       | refused late    | Idle
      idle       | unanswered      | Idle
      idle       | unanswered late | Idle
      idle       | retry due       | Idle
      idle       | refresh due     | Idle
      idle       | flow silent     | Idle
      idle       | failback due    | Idle
      idle       | first serves    | Idle
      idle       | first silent    | Idle
      idle       | settings        | Idle
      idle       | renewing        | Idle
      idle       | leave           | Idle
      left       | located here    | Registering OpenFlow,CancelTimer,Put
      left       | located there   | Registering OpenFlow,CancelTimer,Put
      left       | unlocated       | Idle
      left       | accepted        | Idle
      left       | accepted late   | Idle
      left       | forbidden       | Idle
      left       | overloaded      | Idle
      left       | refused late    | Idle
      left       | unanswered      | Idle
      left       | unanswered late | Idle
      left       | retry due       | Idle
      left       | refresh due     | Idle
      left       | flow silent     | Idle
      left       | failback due    | Idle
      left       | first serves    | Idle
      left       | first silent    | Idle
      left       | settings        | Idle
      left       | renewing        | Idle
      left       | leave           | Idle CancelTimer,CloseFlow,Delete
      first      | located here    | Registering
      first      | located there   | Registering CancelTimer,Put
      first      | unlocated       | Idle CancelTimer,CloseFlow
      first      | accepted        | Registered RefreshIn,TellRegistered,OpenFlow
      first      | accepted late   | Registering
      first      | forbidden       | Waiting RetryIn,TellFailed
      first      | overloaded      | Registering Spare,TellDisrupted,Put
      first      | refused late    | Registering
      first      | unanswered      | Waiting RetryIn,TellDisrupted
      first      | unanswered late | Registering
      first      | retry due       | Registering
      first      | refresh due     | Registering
      first      | flow silent     | Registering
      first      | failback due    | Registering
      first      | first serves    | Registering
      first      | first silent    | Registering
      first      | settings        | Registering
      first      | renewing        | Registering
      first      | leave           | Idle CancelTimer,CloseFlow,Delete
      again      | located here    | Registering
      again      | located there   | Registering SuspectFlow,CancelTimer,Put
      again      | unlocated       | Idle CancelTimer,CloseFlow
      again      | accepted        | Registered RefreshIn,TellRegistered,OpenFlow
      again      | accepted late   | Registering
      again      | forbidden       | Waiting RetryIn,TellFailed
      again      | overloaded      | Registering Spare,TellDisrupted,Put
      again      | refused late    | Registering
      again      | unanswered      | Waiting RetryIn,TellDisrupted
      again      | unanswered late | Registering
      again      | retry due       | Registering
      again      | refresh due     | Registering
      again      | flow silent     | Registering
      again      | failback due    | Registering
      again      | first serves    | Registering
      again      | first silent    | Registering
      again      | settings        | Registering
      again      | renewing        | Registering
      again      | leave           | Idle CancelTimer,CloseFlow,Delete
      waiting    | located here    | Waiting
      waiting    | located there   | Registering SuspectFlow,CancelTimer,Put
      waiting    | unlocated       | Idle CancelTimer,CloseFlow
      waiting    | accepted        | Waiting
      waiting    | accepted late   | Waiting
      waiting    | forbidden       | Waiting
      waiting    | overloaded      | Waiting
      waiting    | refused late    | Waiting
      waiting    | unanswered      | Waiting
      waiting    | unanswered late | Waiting
      waiting    | retry due       | Registering Put
      waiting    | refresh due     | Waiting
      waiting    | flow silent     | Waiting
      waiting    | failback due    | Waiting
      waiting    | first serves    | Waiting
      waiting    | first silent    | Waiting
      waiting    | settings        | Waiting
      waiting    | renewing        | Waiting
      waiting    | leave           | Idle CancelTimer,CloseFlow,Delete
      told       | located here    | Waiting
      told       | located there   | Waiting SuspectFlow
      told       | unlocated       | Idle CancelTimer,CloseFlow
      told       | accepted        | Waiting
      told       | accepted late   | Waiting
      told       | forbidden       | Waiting
      told       | overloaded      | Waiting
      told       | refused late    | Waiting
      told       | unanswered      | Waiting
      told       | unanswered late | Waiting
      told       | retry due       | Registering Put
      told       | refresh due     | Waiting
      told       | flow silent     | Waiting
      told       | failback due    | Waiting
      told       | first serves    | Waiting
      told       | first silent    | Waiting
      told       | settings        | Waiting
      told       | renewing        | Waiting
      told       | leave           | Idle CancelTimer,CloseFlow,Delete
      registered | located here    | Registered
      registered | located there   | Registering SuspectFlow,CancelTimer,Put
      registered | unlocated       | Idle CancelTimer,CloseFlow
      registered | accepted        | Registered
      registered | accepted late   | Registered
      registered | forbidden       | Registered
      registered | overloaded      | Registered
      registered | refused late    | Registered
      registered | unanswered      | Registered
      registered | unanswered late | Registered
      registered | retry due       | Registered
      registered | refresh due     | Registering CancelTimer,Put
      registered | flow silent     | Registering CancelTimer,Put
      registered | failback due    | Registered
      registered | first serves    | Registered
      registered | first silent    | Registered
      registered | settings        | Registered
      registered | renewing        | Registering CancelTimer,Put
      registered | leave           | Idle CancelTimer,CloseFlow,Delete
      fallback   | located here    | Registered
      fallback   | located there   | Registering SuspectFlow,CancelTimer,Put
      fallback   | unlocated       | Idle CancelTimer,CloseFlow
      fallback   | accepted        | Registered
      fallback   | accepted late   | Registered
      fallback   | forbidden       | Registered
      fallback   | overloaded      | Registered
      fallback   | refused late    | Registered
      fallback   | unanswered      | Registered
      fallback   | unanswered late | Registered
      fallback   | retry due       | Registered
      fallback   | refresh due     | Registering CancelTimer,Put
      fallback   | flow silent     | Registering CancelTimer,Put
      fallback   | failback due    | Registered AskPreferred
      fallback   | first serves    | Registering CancelTimer,Put
      fallback   | first silent    | Registered FailbackIn
      fallback   | settings        | Registered FailbackIn
      fallback   | renewing        | Registering CancelTimer,Put
      fallback   | leave           | Idle CancelTimer,CloseFlow,Delete
      """;

  @TestFactory
  Stream<DynamicTest> table() {
    return MACHINE.check(TABLE);
  }

  @Test
  void aSwitchThatAskedForTimeGetsItFromAPhoneThatWasNowhereMeanwhile() {
    Step<RegistrationState, Effect> step = locatedWhileBusy(Samples.FIRST);
    assertThat(Samples.summary(step)).isEqualTo("Waiting OpenFlow,RetryIn");
    assertThat(step.effects()).contains(new Effect.RetryIn(Duration.ofSeconds(5)));
  }

  @Test
  void anotherSwitchIsNotSparedForIt() {
    Step<RegistrationState, Effect> step = locatedWhileBusy(Samples.SECOND);
    assertThat(Samples.summary(step)).isEqualTo("Registering OpenFlow,CancelTimer,Put");
  }

  private static Step<RegistrationState, Effect> locatedWhileBusy(URI busy) {
    List<URI> switches = List.of(Samples.FIRST, Samples.SECOND);
    RegistrationPolicy told =
        RegistrationPolicy.of(
            AgentSettings.builder().dnsSwitches(switches).build(),
            switches,
            false,
            Map.of(busy, Duration.ofSeconds(4)));
    return MACHINE.state("left").on(MACHINE.event("located there"), told);
  }

  @Test
  void aNewRegistrationHasANewNumberAndARepetitionTheSame() {
    RegistrationState moved = MACHINE.step("registered", "located there").next();
    assertThat(moved.sequence()).isEqualTo(4);
    RegistrationState waiting = moved.on(new Event.Unanswered(4, "timeout"), TWO).next();
    RegistrationState again = waiting.on(new Event.RetryDue(), TWO).next();
    assertThat(again.sequence()).isEqualTo(4);
  }

  @Test
  void theFirstFourRepetitionsAreQuickThenTheyBackOff() {
    RegistrationState state = MACHINE.state("first");
    StringBuilder delays = new StringBuilder();
    for (int i = 0; i < 11; i++) {
      Step<RegistrationState, Effect> failed = state.on(new Event.Unanswered(3, "timeout"), ALONE);
      delays.append(((Effect.RetryIn) failed.effects().get(0)).delay().toMillis()).append(' ');
      state = failed.next().on(new Event.RetryDue(), ALONE).next();
    }
    assertThat(delays.toString().trim())
        .isEqualTo("200 500 1000 2000 4000 8000 15000 30000 60000 60000 60000");
  }

  @Test
  void aRefusalWaitsForMinutesAndAnOverloadedSwitchSaysHowLong() {
    Step<RegistrationState, Effect> forbidden = MACHINE.step("first", "forbidden");
    assertThat(forbidden.effects().get(0)).isEqualTo(new Effect.RetryIn(Duration.ofSeconds(30)));
    Step<RegistrationState, Effect> busy =
        MACHINE.state("first").on(MACHINE.event("overloaded"), ALONE);
    Duration told = ((Effect.RetryIn) busy.effects().get(0)).delay();
    // Whatever jitter does to it: never before the switch said, and not long after.
    assertThat(told.toMillis() * (1 - LineRegistration.RETRY_JITTER)).isEqualTo(7000);
  }

  @Test
  void whoIsToldToWaitWaitsAlsoElsewhereAndThenSaysWhereItIs() {
    RegistrationState waiting =
        MACHINE.state("again").on(MACHINE.event("overloaded"), ALONE).next();
    RegistrationState elsewhere = waiting.on(new Event.Located(Samples.THERE, "moved"), TWO).next();
    Step<RegistrationState, Effect> due = elsewhere.on(new Event.RetryDue(), TWO);
    assertThat(due.effects())
        .containsExactly(new Effect.Put(new Attempt(Samples.THERE, 4, 1, "moved", Samples.FIRST)));
  }

  @Test
  void anOverloadedSwitchIsSparedAndTheNextTakenAtOnceUnlessThatHasSaidSoToo() {
    Step<RegistrationState, Effect> moved = MACHINE.step("first", "overloaded");
    assertThat(moved.effects().get(0))
        .isEqualTo(new Effect.Spare(Samples.FIRST, Duration.ofMillis(8750)));
    assertThat(moved.effects().get(2))
        .isInstanceOfSatisfying(
            Effect.Put.class,
            put -> assertThat(put.attempt().dnsSwitch()).isEqualTo(Samples.SECOND));
    RegistrationPolicy toldByBoth =
        new RegistrationPolicy(
            TWO.switches(),
            TWO.failoverTries(),
            TWO.failback(),
            TWO.keepAlive(),
            TWO.expiry(),
            TWO.retries(),
            false,
            Map.of(Samples.SECOND, Duration.ofSeconds(5)));
    assertThat(MACHINE.state("first").on(MACHINE.event("overloaded"), toldByBoth).next())
        .isInstanceOf(RegistrationState.Waiting.class);
    RegistrationState again = MACHINE.state("first");
    for (int i = 0; i < 5; i++) {
      again = again.on(new Event.Unanswered(again.sequence(), "timeout"), toldByBoth).next();
      again = again.on(new Event.RetryDue(), toldByBoth).next();
      assertThat(((RegistrationState.Registering) again).attempt().dnsSwitch())
          .isEqualTo(Samples.FIRST);
    }
  }

  @Test
  void onlyTheFirstRegistrationIsTheFirst() {
    Step<RegistrationState, Effect> first = MACHINE.step("first", "accepted");
    Step<RegistrationState, Effect> again = MACHINE.step("again", "accepted");
    assertThat(((Effect.TellRegistered) first.effects().get(1)).first()).isTrue();
    assertThat(((Effect.TellRegistered) again.effects().get(1)).first()).isFalse();
    assertThat(first.effects().get(0)).isEqualTo(new Effect.RefreshIn(Duration.ofMinutes(48)));
  }

  /** Each failure of a line with these switches: what it waits, and which switch it asks next. */
  private static String tries(RegistrationPolicy policy, int failures) {
    RegistrationState state =
        new RegistrationState.Registering(
            new RegistrationState.Attempt(Samples.HERE, 1, 0, "c", Samples.FIRST),
            Optional.of(Samples.GRANT));
    StringBuilder said = new StringBuilder();
    for (int i = 0; i < failures; i++) {
      Step<RegistrationState, Effect> step =
          state.on(new Event.Unanswered(state.sequence(), "timeout"), policy);
      for (Effect effect : step.effects()) {
        if (effect instanceof Effect.RetryIn retry) {
          said.append(retry.delay().toMillis()).append(' ');
        } else if (effect instanceof Effect.Put) {
          said.append("at once ");
        }
      }
      state =
          step.next() instanceof RegistrationState.Waiting
              ? step.next().on(new Event.RetryDue(), policy).next()
              : step.next();
      said.append(((RegistrationState.Registering) state).attempt().dnsSwitch().getHost())
          .append(", ");
    }
    return said.toString();
  }

  @Test
  void eachSwitchGetsItsQuickTriesThenTheLineBacksOff() {
    assertThat(tries(TWO, 7))
        .isEqualTo(
            "200 first.test, at once second.test, 200 second.test, 500 first.test, "
                + "1000 first.test, 2000 second.test, 4000 second.test, ");
  }

  @Test
  void duringACallTheLineStaysWithItsSwitch() {
    assertThat(tries(TWO_IN_A_CALL, 4))
        .isEqualTo("200 first.test, 500 first.test, 1000 first.test, 2000 first.test, ");
    RegistrationState fallback = MACHINE.state("fallback");
    assertThat(Samples.summary(fallback.on(new Event.FailbackDue(), TWO_IN_A_CALL)))
        .isEqualTo("Registered FailbackIn");
    assertThat(
            Samples.summary(
                fallback.on(new Event.PreferredAsked(Samples.FIRST, true), TWO_IN_A_CALL)))
        .isEqualTo("Registered FailbackIn");
  }

  @Test
  void aCallThatBeginsWhileTheLineReturnsIsNotCut() {
    RegistrationState returning = MACHINE.step("fallback", "first serves").next();
    Step<RegistrationState, Effect> step =
        returning.on(new Event.Accepted(4, Samples.GRANT), TWO_IN_A_CALL);
    assertThat(step.next())
        .isEqualTo(new RegistrationState.Registered(Samples.HERE, 4, Samples.AT_SECOND));
    assertThat(step.effects())
        .contains(new Effect.Delete(Samples.FIRST))
        .noneMatch(e -> e instanceof Effect.OpenFlow);
  }

  @Test
  void returningTakesTheOtherRegistrationBack() {
    RegistrationState returning = MACHINE.step("fallback", "first serves").next();
    Step<RegistrationState, Effect> step = returning.on(new Event.Accepted(4, Samples.GRANT), TWO);
    assertThat(step.effects()).contains(new Effect.Delete(Samples.SECOND));
    assertThat(step.next().held()).contains(Samples.GRANT);
  }

  @Test
  void whoNeverFallsBackAsksNobody() {
    RegistrationPolicy never =
        of(
            AgentSettings.builder()
                .dnsSwitches(List.of(Samples.FIRST, Samples.SECOND))
                .failbackMode(FailbackMode.NEVER)
                .build(),
            false);
    RegistrationState fallback = MACHINE.state("fallback");
    assertThat(fallback.on(new Event.FailbackDue(), never).effects()).isEmpty();
    assertThat(fallback.on(new Event.PreferredAsked(Samples.FIRST, true), never).effects())
        .isEmpty();
  }

  @Test
  void aSwitchThatIsNoLongerNamedIsLeft() {
    Step<RegistrationState, Effect> step =
        MACHINE.state("fallback").on(new Event.PolicyChanged(false, "c"), ALONE);
    assertThat(((RegistrationState.Registering) step.next()).attempt().dnsSwitch())
        .isEqualTo(Samples.FIRST);
  }

  @Test
  void settingsShortenWhatWasGrantedAndNeverLengthenIt() {
    RegistrationPolicy hasty =
        of(
            AgentSettings.of(
                Map.of(
                    "dns-switches", "https://first.test",
                    "keep-alive-interval", "10s",
                    "registration-expiry", "10m",
                    "retry-interval", "3s",
                    "retry-after-refusal", "45s")),
            false);
    Step<RegistrationState, Effect> step =
        MACHINE.state("first").on(new Event.Accepted(3, Samples.GRANT), hasty);
    assertThat(step.effects()).contains(new Effect.RefreshIn(Duration.ofMinutes(8)));
    Grant grant = step.next().held().orElseThrow();
    assertThat(grant.assignment().keepAlive()).isEqualTo(Duration.ofSeconds(10));
    assertThat(ALONE.applied(grant)).isEqualTo(grant);
    assertThat(tries(hasty, 6))
        .isEqualTo(
            "200 first.test, 500 first.test, 1000 first.test, 2000 first.test, "
                + "3000 first.test, 3000 first.test, ");
    assertThat(hasty.retries().afterRefusal(1)).isEqualTo(Duration.ofSeconds(30));
    assertThat(hasty.retries().afterRefusal(2)).isEqualTo(Duration.ofSeconds(45));
    assertThat(hasty.retries().afterRefusal(9)).isEqualTo(Duration.ofSeconds(45));
  }
}
