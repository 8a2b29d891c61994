// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.mgcp;

import io.phoneagent.runtime.Timer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A command of the other end, which is executed once however often it comes (RFC 3435, section
 * 3.5.1).
 */
public final class IncomingCommand {
  private final MgcpTransactions owner;
  private final MgcpCommand command;
  private final MgcpPeer from;
  private Optional<MgcpResponse> response = Optional.empty();
  private boolean provisional;
  private boolean acknowledged;
  private int repetitions;
  private Timer timer = () -> {};

  IncomingCommand(MgcpTransactions owner, MgcpCommand command, MgcpPeer from) {
    this.owner = owner;
    this.command = command;
    this.from = from;
  }

  /** What is to be done. */
  public MgcpCommand command() {
    return command;
  }

  /** Where it came from first; the response goes there. */
  public MgcpPeer from() {
    return from;
  }

  /** Says that the response will take a while; the final one is then sent until it has arrived. */
  public void pending() {
    if (!response.isPresent()) {
      provisional = true;
      owner.transmit(command.respond(ReturnCode.PENDING).bytes(), from);
    }
  }

  /**
   * Sends the response; what comes after the first one is ignored. One that is larger than a
   * datagram may be becomes an error, 533 (RFC 3435, section 2.4).
   */
  public void respond(MgcpResponse answer) {
    respond(answer, List.of());
  }

  /**
   * Sends the response together with a repetition of commands that are still without one, which
   * stand first: so the other end sees them in their order (section 4.4.1).
   */
  public void respond(MgcpResponse answer, List<OutgoingCommand> before) {
    if (response.isPresent()) {
      return;
    }
    MgcpResponse sent = asked(answer);
    if (sent.bytes().length > owner.mostOctets()) {
      sent = asked(command.respond(ReturnCode.RESPONSE_TOO_LARGE));
    }
    response = Optional.of(sent);
    List<MgcpMessage> messages = new ArrayList<>();
    for (OutgoingCommand outgoing : before) {
      if (!outgoing.isOver() && outgoing.peer().equals(from)) {
        messages.add(outgoing.command());
      }
    }
    messages.add(sent);
    byte[] together = MgcpMessage.together(messages);
    boolean fits = together.length <= owner.mostOctets();
    owner.transmit(fits ? together : sent.bytes(), from); // the commands are repeated anyway
    owner.answered(this);
    if (provisional) {
      await();
    }
  }

  /** After a provisional response the final one asks to be acknowledged (section 3.5.6). */
  private MgcpResponse asked(MgcpResponse last) {
    return provisional ? last.with(ParameterName.RESPONSE_ACK, "") : last;
  }

  private void await() {
    MgcpTimings timings = owner.timings();
    if (repetitions < timings.disconnection()) {
      timer = owner.timers().schedule(owner.roundTrips(from).pause(repetitions), this::repeat);
    }
  }

  private void repeat() {
    repetitions++;
    response.ifPresent(sent -> owner.transmit(sent.bytes(), from));
    await();
  }

  /** The command has come once more. */
  void receiveAgain() {
    if (acknowledged) {
      return;
    }
    if (response.isPresent()) {
      owner.transmit(response.get().bytes(), from);
    } else {
      pending();
    }
  }

  /** The other end has the response (by 000 or by K:): what it was need not be kept. */
  void acknowledged() {
    if (response.isPresent()) {
      acknowledged = true;
      response = Optional.of(command.respond(ReturnCode.OK));
      timer.cancel();
    }
  }

  void forgotten() {
    timer.cancel();
  }
}
