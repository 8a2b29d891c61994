// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.call;

import io.phoneagent.mgcp.ConnectionMode;
import io.phoneagent.mgcp.MgcpCommand;
import io.phoneagent.mgcp.MgcpResponse;
import io.phoneagent.mgcp.MgcpVerb;
import io.phoneagent.mgcp.ParameterName;
import io.phoneagent.mgcp.ReturnCode;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The connections of one telephone, one for each of its calls, brought to what the calls want:
 * made, changed and deleted, one command at a time for each (RFC 3435, sections 2.3.5 to 2.3.8). On
 * the loop.
 */
final class LineConnections {
  private final MgcpLine line;

  LineConnections(MgcpLine line) {
    this.line = line;
  }

  /** Tells the telephone what it does not know yet of a call. */
  void settle(MgcpLeg leg, boolean atTheEar) {
    if (leg.isBusy()) {
      return;
    }
    ConnectionMode mode = leg.mode(atTheEar);
    if (leg.isEnded()) {
      delete(leg);
    } else if (leg.connection().isEmpty()) {
      create(leg, mode);
    } else if (!leg.isSettled(mode)) {
      modify(leg, mode);
    } else {
      leg.settled();
    }
  }

  private MgcpCommand about(MgcpLeg leg, MgcpVerb verb) {
    MgcpCommand command =
        MgcpCommand.of(verb, 1, line.name()).with(ParameterName.CALL_ID, leg.id());
    Optional<String> id = leg.connection().map(MgcpLeg.Connection::id).filter(i -> !i.isEmpty());
    return id.isPresent() ? command.with(ParameterName.CONNECTION_ID, id.get()) : command;
  }

  private void create(MgcpLeg leg, ConnectionMode mode) {
    byte[] remote = leg.remote();
    Optional<String> text = leg.remoteText();
    MgcpCommand command =
        about(leg, MgcpVerb.CREATE_CONNECTION).with(ParameterName.MODE, mode.text());
    if (text.isPresent()) {
      command = command.withDescription(text.get());
    }
    leg.made("", mode, remote);
    sendFor(
        leg,
        command,
        response -> {
          Optional<String> id = response.parameter(ParameterName.CONNECTION_ID);
          if (response.code() == ReturnCode.RESTARTING) {
            leg.unmade(); // it is asked again when it has restarted
            return;
          }
          if (!response.isSuccess() || id.isEmpty() || response.descriptions().isEmpty()) {
            leg.unmade();
            line.ended(leg.call(), response.isSuccess() ? 500 : 488);
            return;
          }
          leg.made(id.get(), mode, remote);
          leg.reacted(false);
          leg.described(response.descriptions().get(0));
          line.beginCall(leg);
        });
  }

  private void modify(MgcpLeg leg, ConnectionMode mode) {
    byte[] remote = leg.remote();
    MgcpCommand command =
        about(leg, MgcpVerb.MODIFY_CONNECTION).with(ParameterName.MODE, mode.text());
    Optional<String> text = leg.hasNewRemote() ? leg.remoteText() : Optional.empty();
    if (text.isPresent()) {
      command = command.withDescription(text.get());
    }
    sendFor(
        leg,
        command,
        response -> {
          leg.changed(mode, remote); // or it would be asked for the same for ever
          if (response.isSuccess() && !response.descriptions().isEmpty()) {
            leg.described(response.descriptions().get(0));
          } else if (response.code() == ReturnCode.UNKNOWN_CONNECTION
              || response.code() == ReturnCode.UNKNOWN_CALL) {
            leg.unmade();
            line.ended(leg.call(), 480);
          } else if (!response.isSuccess()) {
            leg.refused();
          }
        });
  }

  private void delete(MgcpLeg leg) {
    if (leg.connection().isEmpty()) {
      line.forget(leg);
      return;
    }
    sendFor(
        leg,
        about(leg, MgcpVerb.DELETE_CONNECTION),
        response -> {
          leg.unmade();
          line.forget(leg);
        });
  }

  /** Asks whether it knows of a call. */
  void ask(MgcpLeg leg, Runnable there) {
    line.send(
        about(leg, MgcpVerb.AUDIT_CONNECTION),
        response -> {
          if (response.isSuccess()) {
            there.run();
          } else {
            line.ended(leg.call(), 481);
          }
        });
  }

  private void sendFor(MgcpLeg leg, MgcpCommand command, Consumer<MgcpResponse> then) {
    leg.busy(true);
    line.send(
        command,
        response -> {
          leg.busy(false);
          then.accept(response);
        });
  }
}
