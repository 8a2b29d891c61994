// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.mgcp;

import io.phoneagent.runtime.Timer;
import java.time.Duration;
import java.util.List;

/** A command of ours that waits for its response (RFC 3435, sections 3.5 and 4.3). */
public final class OutgoingCommand {
  private final MgcpTransactions owner;
  private final MgcpCommand command;
  private final List<MgcpPeer> addresses;
  private final ResponseListener listener;
  private final long firstSent;
  private int address;
  private int repetitions;
  private boolean measurable = true;
  private boolean proceeding;
  private boolean over;
  private Timer timer = () -> {};

  OutgoingCommand(
      MgcpTransactions owner,
      MgcpCommand command,
      List<MgcpPeer> addresses,
      ResponseListener listener) {
    this.owner = owner;
    this.command = command;
    this.addresses = List.copyOf(addresses);
    this.listener = listener;
    this.firstSent = owner.timers().nanos();
  }

  /** The command as it is sent. */
  public MgcpCommand command() {
    return command;
  }

  /** Whether it is settled, one way or the other. */
  public boolean isOver() {
    return over;
  }

  /** The address that is tried at the moment. */
  public MgcpPeer peer() {
    return addresses.get(address);
  }

  /** Forgets it: nothing is repeated or told any more. */
  public void abandon() {
    finish();
  }

  void begin() {
    owner.transmit(command.bytes(), peer());
    await();
  }

  boolean isFrom(MgcpPeer peer) {
    return addresses.contains(peer);
  }

  private void await() {
    MgcpTimings timings = owner.timings();
    long gone = owner.timers().nanos() - firstSent;
    Duration most = proceeding ? timings.longestPending() : timings.longest();
    Duration pause = proceeding ? timings.pending() : owner.roundTrips(peer()).pause(repetitions);
    long left = Math.max(0, most.toNanos() - gone);
    timer =
        owner
            .timers()
            .schedule(
                pause.toNanos() < left ? pause : Duration.ofNanos(left),
                pause.toNanos() < left ? this::repeat : this::giveUp);
  }

  private void repeat() {
    MgcpTimings timings = owner.timings();
    measurable = false;
    boolean last = address == addresses.size() - 1;
    if (!proceeding && repetitions >= (last ? timings.disconnection() : timings.suspicion())) {
      if (last) {
        giveUp();
        return;
      }
      address++;
      repetitions = -1;
    }
    repetitions++;
    owner.transmit(command.bytes(), peer());
    await();
  }

  /** Sends it once more, beside the repetitions that are due. */
  void repeatNow() {
    measurable = false;
    owner.transmit(command.bytes(), peer());
  }

  private void giveUp() {
    finish();
    listener.onTimeout();
  }

  private void finish() {
    over = true;
    timer.cancel();
    owner.forget(this);
  }

  void receive(MgcpResponse response, MgcpPeer from) {
    if (measurable) {
      measurable = false;
      owner.roundTrips(from).measured(owner.timers().nanos() - firstSent);
    }
    if (response.isProvisional()) {
      proceeding = true;
      timer.cancel();
      await();
      listener.onProvisional(response);
    } else {
      finish();
      listener.onResponse(response);
    }
  }
}
