// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.nat.Verdict;
import io.phoneagent.registration.AgentState.Effect;
import io.phoneagent.registration.AgentState.Event;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every state of the device with every event. */
class AgentStateTest {
  private static final AgentState ONLINE =
      new AgentState.Online(Samples.LEASE, Optional.of(Samples.PUBLIC), "");
  private static final AgentState TROUBLED =
      new AgentState.Online(Samples.LEASE, Optional.of(Samples.PUBLIC), "no answer");

  private static final StateTable<AgentState, Event, Effect> MACHINE =
      new StateTable<>(AgentState::on);

  static {
    MACHINE.state("stopped", new AgentState.Stopped());
    MACHINE.state("leasing", new AgentState.Leasing());
    MACHINE.state("probing", new AgentState.Probing(Samples.LEASE));
    MACHINE.state("online", ONLINE);
    MACHINE.state("troubled", TROUBLED);
    MACHINE.event("start", new Event.Start());
    MACHINE.event("leased", new Event.Leased(Samples.LEASE, "c"));
    MACHINE.event("leased other", new Event.Leased(Samples.OTHER_LEASE, "c"));
    MACHINE.event("lost", new Event.LeaseLost("c"));
    MACHINE.event(
        "same address", new Event.Probed(Samples.LEASE, new Verdict.Known(Samples.PUBLIC)));
    MACHINE.event(
        "new address", new Event.Probed(Samples.LEASE, new Verdict.Known(Samples.OTHER_PUBLIC)));
    MACHINE.event("no address", new Event.Probed(Samples.LEASE, new Verdict.Unknown("why")));
    MACHINE.event(
        "late address",
        new Event.Probed(Samples.OTHER_LEASE, new Verdict.Known(Samples.OTHER_PUBLIC)));
    MACHINE.event("check due", new Event.CheckDue());
    MACHINE.event("hint", new Event.Hint("c"));
    MACHINE.event("stop", new Event.Stop("c"));
  }

  private static final String TABLE =
      """
      stopped  | start        | Leasing WatchAddress
      stopped  | leased       | Stopped
      stopped  | leased other | Stopped
      stopped  | lost         | Stopped
      stopped  | same address | Stopped
      stopped  | new address  | Stopped
      stopped  | no address   | Stopped
      stopped  | late address | Stopped
      stopped  | check due    | Stopped
      stopped  | hint         | Stopped
      stopped  | stop         | Stopped
      leasing  | start        | Leasing
      leasing  | leased       | Probing TellLease,Probe
      leasing  | leased other | Probing TellLease,Probe
      leasing  | lost         | Leasing TellDisrupted
      leasing  | same address | Leasing
      leasing  | new address  | Leasing
      leasing  | no address   | Leasing
      leasing  | late address | Leasing
      leasing  | check due    | Leasing
      leasing  | hint         | Leasing
      leasing  | stop         | Stopped Unlocate,LeaveAddress
      probing  | start        | Probing
      probing  | leased       | Probing TellLease,Probe
      probing  | leased other | Probing TellLease,Probe
      probing  | lost         | Leasing TellDisrupted
      probing  | same address | Online TellPublicAddress,Locate
      probing  | new address  | Online TellPublicAddress,Locate
      probing  | no address   | Online TellDisrupted,Locate
      probing  | late address | Probing
      probing  | check due    | Probing Probe
      probing  | hint         | Probing Probe
      probing  | stop         | Stopped Unlocate,LeaveAddress
      online   | start        | Online
      online   | leased       | Online TellLease
      online   | leased other | Online TellLease,Locate,Probe
      online   | lost         | Leasing Unlocate,TellDisrupted
      online   | same address | Online
      online   | new address  | Online TellPublicAddress,Locate
      online   | no address   | Online TellDisrupted
      online   | late address | Online
      online   | check due    | Online Probe
      online   | hint         | Online Probe
      online   | stop         | Stopped Unlocate,LeaveAddress
      troubled | start        | Online
      troubled | leased       | Online TellLease
      troubled | leased other | Online TellLease,Locate,Probe
      troubled | lost         | Leasing Unlocate,TellDisrupted
      troubled | same address | Online
      troubled | new address  | Online TellPublicAddress,Locate
      troubled | no address   | Online
      troubled | late address | Online
      troubled | check due    | Online Probe
      troubled | hint         | Online Probe
      troubled | stop         | Stopped Unlocate,LeaveAddress
      """;

  @TestFactory
  Stream<DynamicTest> table() {
    return MACHINE.check(TABLE);
  }

  @Test
  void aNewAddressNamesItsSource() {
    Step<AgentState, Effect> step = ONLINE.on(MACHINE.event("new address"));
    assertThat(step.cause()).isEqualTo("/ip says 203.0.113.12");
    assertThat(step.next())
        .isEqualTo(new AgentState.Online(Samples.LEASE, Optional.of(Samples.OTHER_PUBLIC), ""));
  }

  @Test
  void whatIsKnownIsKeptWhileSourcesAreSilent() {
    AgentState next = ONLINE.on(MACHINE.event("no address")).next();
    assertThat(next)
        .isEqualTo(new AgentState.Online(Samples.LEASE, Optional.of(Samples.PUBLIC), "why"));
    assertThat(next.on(MACHINE.event("same address")).next()).isEqualTo(ONLINE);
  }

  @Test
  void nothingNewIsNoChange() {
    assertThat(ONLINE.on(MACHINE.event("same address")).next()).isSameAs(ONLINE);
  }
}
