// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.registration.FlowState.Effect;
import io.phoneagent.registration.FlowState.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every state of a line's flow with every event. */
class FlowStateTest {
  private static final StateTable<FlowState, Event, Effect> MACHINE =
      new StateTable<>(FlowState::on);

  static {
    MACHINE.state("closed", new FlowState.Closed());
    MACHINE.state("first", new FlowState.Binding(Samples.GRANT, Optional.empty(), 0, "c"));
    MACHINE.state(
        "moving", new FlowState.Binding(Samples.GRANT, Optional.of(Samples.PATH), 0, "c"));
    MACHINE.state(
        "failing", new FlowState.Binding(Samples.GRANT, Optional.of(Samples.PATH), 3, "c"));
    MACHINE.state(
        "pausing", new FlowState.Binding(Samples.GRANT, Optional.of(Samples.PATH), 4, "c"));
    MACHINE.state("open", new FlowState.Open(Samples.GRANT, Samples.PATH));
    MACHINE.event("granted same", new Event.Granted(Samples.GRANT, "c"));
    MACHINE.event("granted key", new Event.Granted(Samples.NEXT_KEY, "c"));
    MACHINE.event("granted endpoint", new Event.Granted(Samples.OTHER_ENDPOINT, "c"));
    MACHINE.event("suspected", new Event.Suspected("c"));
    MACHINE.event("bound", new Event.Bound(Samples.PATH));
    MACHINE.event("bound elsewhere", new Event.Bound(Samples.OTHER_PATH));
    MACHINE.event("unanswered", new Event.Unanswered(""));
    MACHINE.event("retry due", new Event.RetryDue());
    MACHINE.event("heard", new Event.Heard());
    MACHINE.event("close", new Event.Close("c"));
  }

  private static final String TABLE =
      """
      closed  | granted same     | Binding CancelTimer,BindNewPort
      closed  | granted key      | Binding CancelTimer,BindNewPort
      closed  | granted endpoint | Binding CancelTimer,BindNewPort
      closed  | suspected        | Closed
      closed  | bound            | Closed
      closed  | bound elsewhere  | Closed
      closed  | unanswered       | Closed
      closed  | retry due        | Closed
      closed  | heard            | Closed
      closed  | close            | Closed
      first   | granted same     | Binding
      first   | granted key      | Binding CancelTimer,BindSamePort
      first   | granted endpoint | Binding CancelTimer,BindNewPort
      first   | suspected        | Binding CancelTimer,BindNewPort
      first   | bound            | Open CancelTimer,TellOpen
      first   | bound elsewhere  | Open CancelTimer,TellOpen
      first   | unanswered       | Binding BindSamePort
      first   | retry due        | Binding BindNewPort
      first   | heard            | Binding
      first   | close            | Closed CancelTimer,ClosePorts
      moving  | granted same     | Binding
      moving  | granted key      | Binding CancelTimer,BindSamePort
      moving  | granted endpoint | Binding CancelTimer,BindNewPort
      moving  | suspected        | Binding CancelTimer,BindNewPort
      moving  | bound            | Open CancelTimer
      moving  | bound elsewhere  | Open CancelTimer,TellMoved
      moving  | unanswered       | Binding TellLost,BindSamePort
      moving  | retry due        | Binding BindNewPort
      moving  | heard            | Binding
      moving  | close            | Closed CancelTimer,ClosePorts
      failing | granted same     | Binding
      failing | granted key      | Binding CancelTimer,BindSamePort
      failing | granted endpoint | Binding CancelTimer,BindNewPort
      failing | suspected        | Binding CancelTimer,BindNewPort
      failing | bound            | Open CancelTimer,TellOpen
      failing | bound elsewhere  | Open CancelTimer,TellOpen,Hint
      failing | unanswered       | Binding TellDisrupted,RetryIn
      failing | retry due        | Binding BindNewPort
      failing | heard            | Binding
      failing | close            | Closed CancelTimer,ClosePorts
      pausing | granted same     | Binding
      pausing | granted key      | Binding CancelTimer,BindSamePort
      pausing | granted endpoint | Binding CancelTimer,BindNewPort
      pausing | suspected        | Binding CancelTimer,BindNewPort
      pausing | bound            | Open CancelTimer,TellOpen
      pausing | bound elsewhere  | Open CancelTimer,TellOpen,Hint
      pausing | unanswered       | Binding TellDisrupted,RetryIn
      pausing | retry due        | Binding BindNewPort
      pausing | heard            | Binding CancelTimer,BindSamePort
      pausing | close            | Closed CancelTimer,ClosePorts
      open    | granted same     | Open
      open    | granted key      | Binding CancelTimer,BindSamePort
      open    | granted endpoint | Binding CancelTimer,BindNewPort
      open    | suspected        | Binding CancelTimer,BindNewPort
      open    | bound            | Open
      open    | bound elsewhere  | Open TellMoved,Hint
      open    | unanswered       | Binding TellLost,BindSamePort
      open    | retry due        | Open
      open    | heard            | Open
      open    | close            | Closed CancelTimer,ClosePorts
      """;

  @TestFactory
  Stream<DynamicTest> table() {
    return MACHINE.check(TABLE);
  }

  @Test
  void theSecondSilenceDoubtsTheRegistrationAndTakesANewPort() {
    FlowState once = MACHINE.state("open").on(new Event.Unanswered("")).next();
    Step<FlowState, Effect> twice = once.on(new Event.Unanswered(""));
    assertThat(Samples.summary(twice))
        .isEqualTo("Binding DoubtRegistration,TellDisrupted,BindNewPort");
  }

  @Test
  void aSwitchThatStaysSilentIsAskedLessAndLess() {
    FlowState state = MACHINE.state("first");
    List<Long> pauses = new ArrayList<>();
    int doubts = 0;
    for (int i = 0; i < 20; i++) {
      Step<FlowState, Effect> step = state.on(new Event.Unanswered(""));
      for (Effect effect : step.effects()) {
        doubts += effect instanceof Effect.DoubtRegistration ? 1 : 0;
        if (effect instanceof Effect.RetryIn retry) {
          pauses.add(retry.delay().toSeconds());
        }
      }
      // Each doubt brings another key; it must not start the tries over again.
      FlowState granted =
          step.next().on(new Event.Granted(Samples.grant("key-1" + i + "00", 5060), "c")).next();
      state = granted;
    }
    assertThat(doubts).isEqualTo(3);
    assertThat(pauses).startsWith(2L, 4L, 8L).endsWith(60L, 60L);
  }

  @Test
  void whatWasToldLostIsToldOpenWhateverIsSuspectedInBetween() {
    FlowState lost = MACHINE.state("open").on(new Event.Unanswered("")).next();
    FlowState again = lost.on(new Event.Suspected("c")).next();
    assertThat(again.stands()).isFalse();
    assertThat(Samples.summary(again.on(new Event.Bound(Samples.OTHER_PATH))))
        .isEqualTo("Open CancelTimer,TellOpen");
  }

  @Test
  void aFlowStandsUntilABindIsNotAnswered() {
    assertThat(MACHINE.state("open").stands()).isTrue();
    assertThat(MACHINE.state("moving").stands()).isTrue();
    assertThat(MACHINE.state("first").stands()).isFalse();
    assertThat(MACHINE.state("failing").stands()).isFalse();
    assertThat(MACHINE.state("closed").stands()).isFalse();
  }

  @Test
  void aNewKeyOnTheSamePathIsNotTold() {
    FlowState rekeying = MACHINE.state("open").on(MACHINE.event("granted key")).next();
    assertThat(Samples.summary(rekeying.on(new Event.Bound(Samples.PATH))))
        .isEqualTo("Open CancelTimer");
  }
}
