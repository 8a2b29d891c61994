// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import io.phoneagent.registration.SipFlowState.Effect;
import io.phoneagent.registration.SipFlowState.Event;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every state of the way to a SIP registrar with every event. */
class SipFlowStateTest {
  private static final StateTable<SipFlowState, Event, Effect> MACHINE =
      new StateTable<>(SipFlowState::on);

  static {
    MACHINE.state("closed", new SipFlowState.Closed());
    MACHINE.state("open", new SipFlowState.Open(Samples.PATH));
    MACHINE.state("doubted", new SipFlowState.Doubted(Samples.PATH, false));
    MACHINE.state("lost", new SipFlowState.Doubted(Samples.PATH, true));
    MACHINE.event("registered", new Event.Registered(Samples.PATH, "c"));
    MACHINE.event("elsewhere", new Event.Registered(Samples.OTHER_PATH, "c"));
    MACHINE.event("suspected", new Event.Suspected("c"));
    MACHINE.event("dead", new Event.Dead("c"));
    MACHINE.event("close", new Event.Close("c"));
  }

  private static final String TABLE =
      """
      closed  | registered | Open TellOpen
      closed  | elsewhere  | Open TellOpen
      closed  | suspected  | Closed
      closed  | dead       | Closed
      closed  | close      | Closed
      open    | registered | Open
      open    | elsewhere  | Open MoveCalls,TellMoved,Hint
      open    | suspected  | Doubted
      open    | dead       | Doubted TellLost,Register
      open    | close      | Closed ClosePorts
      doubted | registered | Open
      doubted | elsewhere  | Open MoveCalls,TellMoved,Hint
      doubted | suspected  | Doubted
      doubted | dead       | Doubted TellLost,Register
      doubted | close      | Closed ClosePorts
      lost    | registered | Open TellOpen
      lost    | elsewhere  | Open MoveCalls,TellOpen,Hint
      lost    | suspected  | Doubted
      lost    | dead       | Doubted
      lost    | close      | Closed ClosePorts
      """;

  @TestFactory
  Stream<DynamicTest> table() {
    return MACHINE.check(TABLE);
  }
}
