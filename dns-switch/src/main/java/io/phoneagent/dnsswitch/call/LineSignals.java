// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.call;

import io.phoneagent.mgcp.MgcpCommand;
import io.phoneagent.mgcp.MgcpResponse;
import io.phoneagent.mgcp.MgcpVerb;
import io.phoneagent.mgcp.OutgoingCommand;
import io.phoneagent.mgcp.ParameterName;
import io.phoneagent.mgcp.ReturnCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one telephone signals and tells of, brought to what its line's state wants by notification
 * requests, one at a time (RFC 3435, section 2.3.3). On the loop.
 */
final class LineSignals {
  private static final Logger LOG = LoggerFactory.getLogger(LineSignals.class);

  // A telephone that says of its hook now this and now that is left alone until it tells by itself.
  private static final int MOST_CORRECTIONS = 5;

  // What nobody has answered for so long is not said any more where it is not true any more.
  private static final long STALE_NANOS = Duration.ofSeconds(1).toNanos();

  // Somebody who presses keys without end, while the telephone does not answer.
  private static final int MOST_BRIEF = 16;

  private final MgcpLine line;
  private final List<String> brief = new ArrayList<>();
  private Optional<LineRequest> told = Optional.empty();
  private LineRequest lastTold = new LineRequest("", List.of());
  private long lastToldAt;
  private Optional<OutgoingCommand> request = Optional.empty();
  private boolean telling;
  private boolean tellAgain;
  private int corrections;
  private long lastRequest;

  LineSignals(MgcpLine line) {
    this.line = line;
  }

  /** Whether the telephone is known to do what it was told. */
  boolean isTold() {
    return told.isPresent();
  }

  /** A signal that is given once, with the next request; too many at once are dropped. */
  void once(String signal) {
    if (brief.size() < MOST_BRIEF) {
      brief.add(signal);
    }
  }

  /** The telephone has said something by itself: what it was told holds no more. */
  void changed() {
    corrections = 0;
    told = Optional.empty();
    tellAgain = true;
  }

  /** It does not answer: what it was told last is not repeated. */
  void abandon() {
    request.ifPresent(OutgoingCommand::abandon);
    telling = false;
    told = Optional.empty();
  }

  /** Tells the telephone what it does not know yet. */
  void settle() {
    LineState state = line.state();
    LineRequest wanted = LineRequest.of(state, line.ringer(), line.tellsKeys());
    if (telling && !isStale(wanted)) {
      return;
    }
    if (told.equals(Optional.of(wanted)) && brief.isEmpty()) {
      line.reacted(state, true); // it does so already
      return;
    }
    List<String> signals = state.isLifted() ? List.copyOf(brief) : List.of();
    brief.clear();
    LineRequest sent = wanted.once(signals);
    telling = true;
    tellAgain = false;
    MgcpCommand command =
        MgcpCommand.of(MgcpVerb.NOTIFICATION_REQUEST, 1, line.name())
            .with(ParameterName.REQUEST_IDENTIFIER, Long.toHexString(++lastRequest))
            .with(ParameterName.REQUESTED_EVENTS, sent.events())
            .with(ParameterName.DETECT_EVENTS, LineRequest.KEPT);
    if (sent.dials()) {
      command = command.with(ParameterName.DIGIT_MAP, DialPlan.MAP);
    }
    // Those that last go on where they are asked for again.
    command = command.with(ParameterName.SIGNAL_REQUESTS, String.join(", ", sent.signals()));
    lastTold = wanted;
    lastToldAt = line.nanos();
    request =
        Optional.of(
            line.send(
                command,
                response -> {
                  telling = false;
                  signalled(response, state, wanted);
                }));
  }

  /** A telephone that was not heard for a while, and has something else to do by now. */
  private boolean isStale(LineRequest wanted) {
    boolean stale = !wanted.equals(lastTold) && line.nanos() - lastToldAt > STALE_NANOS;
    if (stale) {
      abandon(); // it may have done so all the same
    }
    return stale;
  }

  private void signalled(MgcpResponse response, LineState asked, LineRequest wanted) {
    told = tellAgain ? Optional.empty() : Optional.of(wanted);
    if (response.isSuccess()) {
      line.reacted(asked, true);
      return;
    }
    if (response.code() == ReturnCode.RESTARTING) {
      told = Optional.empty();
      return;
    }
    line.reacted(asked, false);
    boolean lifted = response.code() == ReturnCode.OFF_HOOK;
    if ((lifted || response.code() == ReturnCode.ON_HOOK) && corrections < MOST_CORRECTIONS) {
      // What it has told of its hook is still on the way, or was lost with an earlier run.
      corrections++;
      told = Optional.empty();
      line.on(lifted ? new LineState.Event.Lifted() : new LineState.Event.PutDown());
      return;
    }
    LOG.debug("{} does not take {}: {}", line.number(), wanted, response.firstLine());
    if (line.state().equals(asked) && asked instanceof LineState.Ringing ringing) {
      line.ended(ringing.call(), 480);
    }
  }
}
