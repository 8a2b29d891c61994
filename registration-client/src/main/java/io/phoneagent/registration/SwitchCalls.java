// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import io.phoneagent.Call;
import io.phoneagent.CallTarget;
import io.phoneagent.Line;
import io.phoneagent.MediaDescription;
import io.phoneagent.flow.FramedMessage;
import io.phoneagent.sip.SipPeer;
import io.phoneagent.sip.SipTokens;
import java.nio.ByteBuffer;

/** The calls of a line by SIP, over its flow. */
final class SwitchCalls implements LineSignalling {
  private final SwitchSide side;
  private final LineCalls calls;

  SwitchCalls(AgentParts parts, Line line, CallHandling handling, LineFlow flow) {
    this.side = new SwitchSide(line, flow, SipTokens.from(parts.random()));
    this.calls = new LineCalls(parts, line, handling, side);
  }

  @Override
  public void assigned(Grant grant) {
    side.assigned(grant);
    calls.assigned(
        SipPeer.of(
            grant.assignment().endpoint().socketAddress(), grant.assignment().transport().name()));
  }

  @Override
  public void received(ByteBuffer message) {
    if (!FramedMessage.begins(message)) {
      calls.received(message);
    }
  }

  @Override
  public void flowMoved() {
    calls.flowMoved();
  }

  @Override
  public boolean inProgress() {
    return calls.inProgress();
  }

  @Override
  public void hangUp() {
    calls.hangUp();
  }

  @Override
  public Call call(CallTarget target, MediaDescription offer) {
    return calls.call(target, offer);
  }
}
