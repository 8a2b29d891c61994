// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.registration.RegistrationState.Attempt;
import io.phoneagent.registration.RegistrationState.Effect;
import io.phoneagent.registration.RegistrationState.Event;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every state of a line's registration with every event. */
class RegistrationStateTest {
  private static final Attempt ATTEMPT = new Attempt(Samples.HERE, 3, 0, "located");
  private static final StateTable<RegistrationState, Event, Effect> MACHINE =
      new StateTable<>(RegistrationState::on);

  static {
    MACHINE.state("idle", new RegistrationState.Idle(2, Optional.empty()));
    MACHINE.state("left", new RegistrationState.Idle(2, Optional.of(Samples.GRANT)));
    MACHINE.state("first", new RegistrationState.Registering(ATTEMPT, Optional.empty()));
    MACHINE.state("again", new RegistrationState.Registering(ATTEMPT, Optional.of(Samples.GRANT)));
    MACHINE.state("waiting", new RegistrationState.Waiting(ATTEMPT, Optional.of(Samples.GRANT)));
    MACHINE.state("registered", new RegistrationState.Registered(Samples.HERE, 3, Samples.GRANT));
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
      idle       | leave           | Idle
      left       | located here    | Registering CancelTimer,Put
      left       | located there   | Registering CancelTimer,Put
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
      left       | leave           | Idle CancelTimer,CloseFlow,Delete
      first      | located here    | Registering
      first      | located there   | Registering CancelTimer,Put
      first      | unlocated       | Idle CancelTimer,CloseFlow
      first      | accepted        | Registered RefreshIn,TellRegistered,OpenFlow
      first      | accepted late   | Registering
      first      | forbidden       | Waiting RetryIn,TellFailed
      first      | overloaded      | Waiting RetryIn,TellDisrupted
      first      | refused late    | Registering
      first      | unanswered      | Waiting RetryIn,TellDisrupted
      first      | unanswered late | Registering
      first      | retry due       | Registering
      first      | refresh due     | Registering
      first      | flow silent     | Registering
      first      | leave           | Idle CancelTimer,CloseFlow,Delete
      again      | located here    | Registering
      again      | located there   | Registering SuspectFlow,CancelTimer,Put
      again      | unlocated       | Idle CancelTimer,CloseFlow
      again      | accepted        | Registered RefreshIn,TellRegistered,OpenFlow
      again      | accepted late   | Registering
      again      | forbidden       | Waiting RetryIn,TellFailed
      again      | overloaded      | Waiting RetryIn,TellDisrupted
      again      | refused late    | Registering
      again      | unanswered      | Waiting RetryIn,TellDisrupted
      again      | unanswered late | Registering
      again      | retry due       | Registering
      again      | refresh due     | Registering
      again      | flow silent     | Registering
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
      waiting    | leave           | Idle CancelTimer,CloseFlow,Delete
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
      registered | leave           | Idle CancelTimer,CloseFlow,Delete
      """;

  @TestFactory
  Stream<DynamicTest> table() {
    return MACHINE.check(TABLE);
  }

  @Test
  void aNewRegistrationHasANewNumberAndARepetitionTheSame() {
    RegistrationState moved = MACHINE.state("registered").on(MACHINE.event("located there")).next();
    assertThat(moved.sequence()).isEqualTo(4);
    RegistrationState waiting = moved.on(new Event.Unanswered(4, "timeout")).next();
    RegistrationState again = waiting.on(new Event.RetryDue()).next();
    assertThat(again.sequence()).isEqualTo(4);
  }

  @Test
  void theFirstFourRepetitionsAreQuickThenTheyBackOff() {
    RegistrationState state = MACHINE.state("first");
    StringBuilder delays = new StringBuilder();
    for (int i = 0; i < 11; i++) {
      Step<RegistrationState, Effect> failed = state.on(new Event.Unanswered(3, "timeout"));
      delays.append(((Effect.RetryIn) failed.effects().get(0)).delay().toMillis()).append(' ');
      state = failed.next().on(new Event.RetryDue()).next();
    }
    assertThat(delays.toString().trim())
        .isEqualTo("200 500 1000 2000 4000 8000 15000 30000 60000 60000 60000");
  }

  @Test
  void aRefusalWaitsForMinutesAndAnOverloadedSwitchSaysHowLong() {
    Step<RegistrationState, Effect> forbidden =
        MACHINE.state("first").on(MACHINE.event("forbidden"));
    assertThat(forbidden.effects().get(0)).isEqualTo(new Effect.RetryIn(Duration.ofSeconds(30)));
    Step<RegistrationState, Effect> busy = MACHINE.state("first").on(MACHINE.event("overloaded"));
    Duration told = ((Effect.RetryIn) busy.effects().get(0)).delay();
    // Whatever jitter does to it: never before the switch said, and not long after.
    assertThat(told.toMillis() * (1 - RunningLine.RETRY_JITTER)).isEqualTo(7000);
  }

  @Test
  void onlyTheFirstRegistrationIsTheFirst() {
    Step<RegistrationState, Effect> first = MACHINE.state("first").on(MACHINE.event("accepted"));
    Step<RegistrationState, Effect> again = MACHINE.state("again").on(MACHINE.event("accepted"));
    assertThat(((Effect.TellRegistered) first.effects().get(1)).first()).isTrue();
    assertThat(((Effect.TellRegistered) again.effects().get(1)).first()).isFalse();
    assertThat(first.effects().get(0)).isEqualTo(new Effect.RefreshIn(Duration.ofMinutes(48)));
  }
}
