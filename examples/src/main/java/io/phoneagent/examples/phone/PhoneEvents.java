// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.phone;

import com.fasterxml.jackson.core.JsonGenerator;
import io.phoneagent.AgentListener;
import io.phoneagent.Assignment;
import io.phoneagent.Call;
import io.phoneagent.FlowPath;
import io.phoneagent.Lease;
import io.phoneagent.MediaDescription;
import io.phoneagent.PhoneNumber;
import io.phoneagent.PublicAddress;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** Writes what the agent tells, and lets the calls know of what concerns them. */
final class PhoneEvents implements AgentListener {
  private final EventLog log;
  private final PhoneCalls calls;

  PhoneEvents(EventLog log, PhoneCalls calls) {
    this.log = log;
    this.calls = calls;
  }

  @Override
  public void leased(Lease lease, String cause) {
    log.write(
        "leased",
        cause,
        json -> {
          json.writeStringField("address", lease.address().getHostAddress());
          json.writeStringField("interface", lease.interfaceName());
          if (lease.server().isPresent()) {
            json.writeStringField("server", lease.server().get().getHostAddress());
          }
          if (lease.validFor().isPresent()) {
            json.writeNumberField("seconds", lease.validFor().get().getSeconds());
          }
        });
    calls.leased(lease.address());
  }

  @Override
  public void publicAddress(PublicAddress address, String cause) {
    log.write(
        "public-address",
        cause,
        json -> {
          json.writeStringField("address", address.address().getHostAddress());
          json.writeStringField("source", address.source());
          json.writeStringField("verdict", address.verdict());
        });
    calls.pathMayHaveChanged();
  }

  @Override
  public void registered(
      PhoneNumber line, Assignment assignment, Optional<PublicAddress> address, String cause) {
    log.write("registered", cause, json -> registration(json, line, assignment, address));
  }

  @Override
  public void reregistered(
      PhoneNumber line, Assignment assignment, Optional<PublicAddress> address, String cause) {
    log.write("reregistered", cause, json -> registration(json, line, assignment, address));
  }

  private static void registration(
      JsonGenerator json, PhoneNumber line, Assignment assignment, Optional<PublicAddress> address)
      throws IOException {
    json.writeStringField("number", line.e164());
    json.writeStringField("endpoint", assignment.endpoint().toString());
    json.writeStringField("transport", assignment.transport().name().toLowerCase(Locale.ROOT));
    if (address.isPresent()) {
      json.writeStringField("publicAddress", address.get().address().getHostAddress());
    } else {
      json.writeNullField("publicAddress");
    }
    json.writeStringField("observedAddress", assignment.observedAddress().getHostAddress());
    if (assignment.uniqueAddress().isPresent()) {
      json.writeStringField("uniqueAddress", assignment.uniqueAddress().get().getHostAddress());
    }
  }

  @Override
  public void flowOpen(PhoneNumber line, FlowPath path, String cause) {
    log.write("flow-open", cause, flow(path));
    calls.flowOpen();
  }

  @Override
  public void flowMoved(PhoneNumber line, FlowPath path, String cause) {
    log.write("flow-moved", cause, flow(path));
    calls.flowOpen();
  }

  @Override
  public void flowLost(PhoneNumber line, FlowPath path, String cause) {
    log.write("flow-lost", cause, flow(path));
  }

  private static EventLog.Members flow(FlowPath path) {
    return json -> {
      json.writeStringField("local", path.local().toString());
      json.writeStringField("mapped", path.mapped().toString());
      json.writeStringField("remote", path.remote().toString());
    };
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
  public void callEnded(Call call, int status, String cause) {
    calls.ended(call, status, cause);
  }

  @Override
  public void disrupted(String what, String detail, Optional<Duration> retryIn) {
    log.write("disrupted", detail, json -> EventLog.trouble(json, what, detail, retryIn));
  }

  @Override
  public void failed(String what, String detail, Optional<Duration> retryIn) {
    log.write("failed", detail, json -> EventLog.trouble(json, what, detail, retryIn));
  }
}
