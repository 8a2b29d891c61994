// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.Lease;
import io.phoneagent.PublicAddress;
import io.phoneagent.nat.Verdict;
import io.phoneagent.registration.AgentState.Effect;
import io.phoneagent.registration.AgentState.Event;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every state of the device with every event. */
class AgentStateTest {
  private static final AgentState ONLINE =
      new AgentState.Online(Samples.LEASE, Optional.of(Samples.PUBLIC), "");
  private static final AgentState.Online TROUBLED =
      new AgentState.Online(Samples.LEASE, Optional.of(Samples.PUBLIC), "no answer");

  private static final StateTable<AgentState, Event, Effect> MACHINE =
      new StateTable<>(AgentState::on);

  static {
    MACHINE.state("stopped", new AgentState.Stopped());
    MACHINE.state("delaying", new AgentState.Delaying());
    MACHINE.state("resting", new AgentState.Suspended(false, Optional.empty(), Optional.empty()));
    MACHINE.state("no lease", new AgentState.Suspended(true, Optional.empty(), Optional.empty()));
    MACHINE.state("lease", suspended(Optional.empty()));
    MACHINE.state("suspended", suspended(Optional.of(Samples.PUBLIC)));
    MACHINE.state("leasing", new AgentState.Leasing());
    MACHINE.state("regaining", new AgentState.Leasing(Optional.of(TROUBLED)));
    MACHINE.state("probing", new AgentState.Probing(Samples.LEASE));
    MACHINE.state("online", ONLINE);
    MACHINE.state("troubled", TROUBLED);
    MACHINE.state(
        "hearing",
        new AgentState.Online(Samples.LEASE, Optional.of(Samples.PUBLIC), "", "announced"));
    MACHINE.event("start", new Event.Start(Duration.ZERO));
    MACHINE.event("start later", new Event.Start(Duration.ofSeconds(9)));
    MACHINE.event("delay over", new Event.DelayOver());
    MACHINE.event("leased", new Event.Leased(Samples.LEASE, "c"));
    MACHINE.event("leased other", new Event.Leased(Samples.OTHER_LEASE, "c"));
    MACHINE.event("lost", new Event.LeaseLost("c"));
    MACHINE.event("watch failed", new Event.WatchFailed("c"));
    MACHINE.event(
        "same address", new Event.Probed(Samples.LEASE, new Verdict.Known(Samples.PUBLIC)));
    MACHINE.event(
        "new address", new Event.Probed(Samples.LEASE, new Verdict.Known(Samples.OTHER_PUBLIC)));
    MACHINE.event(
        "in doubt",
        new Event.Probed(
            Samples.LEASE, new Verdict.Doubtful(Samples.OTHER_PUBLIC.address(), "they disagree")));
    MACHINE.event("no address", new Event.Probed(Samples.LEASE, new Verdict.Unknown("why")));
    MACHINE.event(
        "late address",
        new Event.Probed(Samples.OTHER_LEASE, new Verdict.Known(Samples.OTHER_PUBLIC)));
    MACHINE.event("check due", new Event.CheckDue());
    MACHINE.event("hint", new Event.Hint("c"));
    MACHINE.event("announced", new Event.Announced("c"));
    MACHINE.event("suspend", new Event.Suspend("c"));
    MACHINE.event("resume", new Event.Resume("c"));
    MACHINE.event("stop", new Event.Stop("c"));
  }

  private static AgentState suspended(Optional<PublicAddress> address) {
    return new AgentState.Suspended(true, Optional.of(Samples.LEASE), address);
  }

  private static final String TABLE =
      """
      stopped   | start        | Leasing WatchAddress
      stopped   | start later  | Delaying BeginIn
      stopped   | delay over   | Stopped
      stopped   | leased       | Stopped
      stopped   | leased other | Stopped
      stopped   | lost         | Stopped
      stopped   | watch failed | Stopped
      stopped   | same address | Stopped
      stopped   | new address  | Stopped
      stopped   | no address   | Stopped
      stopped   | in doubt     | Stopped
      stopped   | late address | Stopped
      stopped   | check due    | Stopped
      stopped   | hint         | Stopped
      stopped   | announced    | Stopped
      stopped   | suspend      | Stopped
      stopped   | resume       | Stopped
      stopped   | stop         | Stopped
      delaying  | start        | Delaying
      delaying  | start later  | Delaying
      delaying  | delay over   | Leasing WatchAddress
      delaying  | leased       | Delaying
      delaying  | leased other | Delaying
      delaying  | lost         | Delaying
      delaying  | watch failed | Delaying
      delaying  | same address | Delaying
      delaying  | new address  | Delaying
      delaying  | no address   | Delaying
      delaying  | in doubt     | Delaying
      delaying  | late address | Delaying
      delaying  | check due    | Delaying
      delaying  | hint         | Delaying
      delaying  | announced    | Delaying
      delaying  | suspend      | Suspended CancelTimers,TellSuspended
      delaying  | resume       | Delaying
      delaying  | stop         | Stopped Unlocate,CancelTimers,LeaveAddress
      resting   | start        | Suspended
      resting   | start later  | Suspended
      resting   | delay over   | Suspended
      resting   | leased       | Suspended TellLease
      resting   | leased other | Suspended TellLease
      resting   | lost         | Suspended
      resting   | watch failed | Suspended
      resting   | same address | Suspended
      resting   | new address  | Suspended
      resting   | no address   | Suspended
      resting   | in doubt     | Suspended
      resting   | late address | Suspended
      resting   | check due    | Suspended
      resting   | hint         | Suspended
      resting   | announced    | Suspended
      resting   | suspend      | Suspended
      resting   | resume       | Leasing TellResumed,WatchAddress
      resting   | stop         | Stopped Unlocate,CancelTimers,LeaveAddress
      no lease  | start        | Suspended
      no lease  | start later  | Suspended
      no lease  | delay over   | Suspended
      no lease  | leased       | Suspended TellLease
      no lease  | leased other | Suspended TellLease
      no lease  | lost         | Suspended
      no lease  | watch failed | Suspended
      no lease  | same address | Suspended
      no lease  | new address  | Suspended
      no lease  | no address   | Suspended
      no lease  | in doubt     | Suspended
      no lease  | late address | Suspended
      no lease  | check due    | Suspended
      no lease  | hint         | Suspended
      no lease  | announced    | Suspended
      no lease  | suspend      | Suspended
      no lease  | resume       | Leasing TellResumed
      no lease  | stop         | Stopped Unlocate,CancelTimers,LeaveAddress
      lease     | start        | Suspended
      lease     | start later  | Suspended
      lease     | delay over   | Suspended
      lease     | leased       | Suspended TellLease
      lease     | leased other | Suspended TellLease
      lease     | lost         | Suspended
      lease     | watch failed | Suspended
      lease     | same address | Suspended
      lease     | new address  | Suspended
      lease     | no address   | Suspended
      lease     | in doubt     | Suspended
      lease     | late address | Suspended
      lease     | check due    | Suspended
      lease     | hint         | Suspended
      lease     | announced    | Suspended
      lease     | suspend      | Suspended
      lease     | resume       | Probing TellResumed,Probe
      lease     | stop         | Stopped Unlocate,CancelTimers,LeaveAddress
      suspended | start        | Suspended
      suspended | start later  | Suspended
      suspended | delay over   | Suspended
      suspended | leased       | Suspended TellLease
      suspended | leased other | Suspended TellLease
      suspended | lost         | Suspended
      suspended | watch failed | Suspended
      suspended | same address | Suspended
      suspended | new address  | Suspended
      suspended | no address   | Suspended
      suspended | in doubt     | Suspended
      suspended | late address | Suspended
      suspended | check due    | Suspended
      suspended | hint         | Suspended
      suspended | announced    | Suspended
      suspended | suspend      | Suspended
      suspended | resume       | Online TellResumed,Locate,Probe
      suspended | stop         | Stopped Unlocate,CancelTimers,LeaveAddress
      leasing   | start        | Leasing
      leasing   | start later  | Leasing
      leasing   | delay over   | Leasing
      leasing   | leased       | Probing TellLease,Probe
      leasing   | leased other | Probing TellLease,Probe
      leasing   | lost         | Leasing TellDisrupted
      leasing   | watch failed | Delaying CancelTimers,BeginIn,TellDisrupted
      leasing   | same address | Leasing
      leasing   | new address  | Leasing
      leasing   | no address   | Leasing
      leasing   | in doubt     | Leasing
      leasing   | late address | Leasing
      leasing   | check due    | Leasing
      leasing   | hint         | Leasing
      leasing   | announced    | Leasing
      leasing   | suspend      | Suspended CancelTimers,RestAddress,TellSuspended
      leasing   | resume       | Leasing
      leasing   | stop         | Stopped Unlocate,CancelTimers,LeaveAddress
      regaining | start        | Leasing
      regaining | start later  | Leasing
      regaining | delay over   | Leasing
      regaining | leased       | Online TellLease,Locate,Probe
      regaining | leased other | Online TellLease,Locate,Probe
      regaining | lost         | Leasing TellDisrupted
      regaining | watch failed | Delaying CancelTimers,BeginIn,TellDisrupted
      regaining | same address | Leasing
      regaining | new address  | Leasing
      regaining | no address   | Leasing
      regaining | in doubt     | Leasing
      regaining | late address | Leasing
      regaining | check due    | Leasing
      regaining | hint         | Leasing
      regaining | announced    | Leasing
      regaining | suspend      | Suspended CancelTimers,RestAddress,TellSuspended
      regaining | resume       | Leasing
      regaining | stop         | Stopped Unlocate,CancelTimers,LeaveAddress
      probing   | start        | Probing
      probing   | start later  | Probing
      probing   | delay over   | Probing
      probing   | leased       | Probing TellLease,Probe
      probing   | leased other | Probing TellLease,Probe
      probing   | lost         | Leasing TellDisrupted
      probing   | watch failed | Delaying CancelTimers,BeginIn,TellDisrupted
      probing   | same address | Online TellPublicAddress,Locate
      probing   | new address  | Online TellPublicAddress,Locate
      probing   | no address   | Online TellDisrupted,Locate
      probing   | in doubt     | Online Verify
      probing   | late address | Probing
      probing   | check due    | Probing Probe
      probing   | hint         | Probing Probe
      probing   | announced    | Probing Probe
      probing   | suspend      | Suspended CancelTimers,RestAddress,TellSuspended
      probing   | resume       | Probing
      probing   | stop         | Stopped Unlocate,CancelTimers,LeaveAddress
      online    | start        | Online
      online    | start later  | Online
      online    | delay over   | Online
      online    | leased       | Online TellLease
      online    | leased other | Online TellLease,Locate,Probe
      online    | lost         | Leasing Unlocate,TellDisrupted
      online    | watch failed | Delaying Unlocate,CancelTimers,BeginIn,TellDisrupted
      online    | same address | Online
      online    | new address  | Online TellPublicAddress,Locate
      online    | no address   | Online TellDisrupted
      online    | in doubt     | Online Verify
      online    | late address | Online
      online    | check due    | Online Probe
      online    | hint         | Online Probe
      online    | announced    | Online Probe
      online    | suspend      | Suspended Unlocate,CancelTimers,RestAddress,TellSuspended
      online    | resume       | Online
      online    | stop         | Stopped Unlocate,CancelTimers,LeaveAddress
      troubled  | start        | Online
      troubled  | start later  | Online
      troubled  | delay over   | Online
      troubled  | leased       | Online TellLease
      troubled  | leased other | Online TellLease,Locate,Probe
      troubled  | lost         | Leasing Unlocate,TellDisrupted
      troubled  | watch failed | Delaying Unlocate,CancelTimers,BeginIn,TellDisrupted
      troubled  | same address | Online
      troubled  | new address  | Online TellPublicAddress,Locate
      troubled  | no address   | Online
      troubled  | in doubt     | Online Verify
      troubled  | late address | Online
      troubled  | check due    | Online Probe
      troubled  | hint         | Online Probe
      troubled  | announced    | Online Probe
      troubled  | suspend      | Suspended Unlocate,CancelTimers,RestAddress,TellSuspended
      troubled  | resume       | Online
      troubled  | stop         | Stopped Unlocate,CancelTimers,LeaveAddress
      hearing   | start        | Online
      hearing   | start later  | Online
      hearing   | delay over   | Online
      hearing   | leased       | Online TellLease
      hearing   | leased other | Online TellLease,Locate,Probe
      hearing   | lost         | Leasing Unlocate,TellDisrupted
      hearing   | watch failed | Delaying Unlocate,CancelTimers,BeginIn,TellDisrupted
      hearing   | same address | Online Verify
      hearing   | new address  | Online TellPublicAddress,Locate
      hearing   | no address   | Online TellDisrupted
      hearing   | in doubt     | Online Verify
      hearing   | late address | Online
      hearing   | check due    | Online Probe
      hearing   | hint         | Online Probe
      hearing   | announced    | Online Probe
      hearing   | suspend      | Suspended Unlocate,CancelTimers,RestAddress,TellSuspended
      hearing   | resume       | Online
      hearing   | stop         | Stopped Unlocate,CancelTimers,LeaveAddress
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
  void behindAnotherFirewallItAsksBeforeItSaysWhereItIs() {
    Lease elsewhere = Samples.lease("192.168.1.100", "192.168.1.254");
    Step<AgentState, Effect> step = MACHINE.state("regaining").on(new Event.Leased(elsewhere, "c"));
    assertThat(Samples.summary(step)).isEqualTo("Probing TellLease,Probe");
  }

  @Test
  void onAnotherInterfaceTheSameRouterIsAnotherOne() {
    Lease wireless =
        new Lease(
            "wlan0",
            Samples.LEASE.address(),
            Samples.LEASE.gateway(),
            Samples.LEASE.mac(),
            List.of(),
            Optional.empty(),
            Optional.empty());
    Step<AgentState, Effect> step = MACHINE.state("regaining").on(new Event.Leased(wireless, "c"));
    assertThat(Samples.summary(step)).isEqualTo("Probing TellLease,Probe");
  }

  @Test
  void whatIsInDoubtMovesNothing() {
    Step<AgentState, Effect> step = TROUBLED.on(MACHINE.event("in doubt"));
    assertThat(step.next()).isEqualTo(ONLINE);
    assertThat(step.cause()).isEqualTo("they disagree; a bind shows whether it is 203.0.113.12");
  }

  @Test
  void whatTheSourcesDisagreeAboutIsSaid() {
    PublicAddress proven =
        new PublicAddress(Samples.OTHER_PUBLIC.address(), "/ip", "stale: b says 203.0.113.11");
    assertThat(ONLINE.on(new Event.Probed(Samples.LEASE, new Verdict.Known(proven))).cause())
        .isEqualTo("/ip says 203.0.113.12; stale: b says 203.0.113.11");
  }

  @Test
  void nothingNewIsNoChange() {
    assertThat(ONLINE.on(MACHINE.event("same address")).next()).isSameAs(ONLINE);
  }
}
