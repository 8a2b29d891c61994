// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.phone;

import io.phoneagent.Call;
import io.phoneagent.MediaDescription;
import java.util.Optional;

/** Writes what the agent tells, and lets the calls know of what concerns them. */
final class PhoneEvents extends AgentEvents {
  private final EventLog log;
  private final PhoneCalls calls;

  PhoneEvents(EventLog log, PhoneCalls calls) {
    super(log, calls);
    this.log = log;
    this.calls = calls;
  }

  @Override
  public void callRinging(Call call, String cause) {
    calls.ringing(call, cause);
  }

  @Override
  public void callEstablished(Call call, String cause) {
    calls.established(call, cause);
  }

  @Override
  public Optional<MediaDescription> callChanged(Call call, MediaDescription offer, String cause) {
    return calls.changed(call, offer);
  }

  @Override
  public void offerAccepted(Call call, String cause) {
    calls.agreed(call);
  }

  @Override
  public void offerRefused(Call call, int status, String cause) {
    calls.refused(call, status, cause);
  }

  @Override
  public void callHeld(Call call, boolean held, String cause) {
    log.write(held ? "call-held" : "call-resumed", cause, about(call));
  }

  @Override
  public void callDigit(Call call, char digit, String cause) {
    log.write(
        "digit",
        "the other side pressed " + digit + ": " + cause,
        about(call).and(json -> json.writeStringField("digit", String.valueOf(digit))));
  }

  @Override
  public void callTransferred(Call call, int status, String cause) {
    log.write("transfer", cause, about(call).and(json -> json.writeNumberField("status", status)));
    calls.transferred(call, status);
  }

  @Override
  public Optional<MediaDescription> callReferred(Call call, Call next, String cause) {
    return calls.referred(next, cause);
  }

  private static EventLog.Members about(Call call) {
    return json -> json.writeStringField("call", call.id());
  }

  @Override
  public void callEnded(Call call, int status, String cause) {
    calls.ended(call, status, cause);
  }
}
