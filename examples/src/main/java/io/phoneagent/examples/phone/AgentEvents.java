// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.phone;

import com.fasterxml.jackson.core.JsonGenerator;
import io.phoneagent.AgentListener;
import io.phoneagent.Assignment;
import io.phoneagent.FlowPath;
import io.phoneagent.Lease;
import io.phoneagent.LineName;
import io.phoneagent.PublicAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * Writes what the agent tells of its way to the switch, and lets audio know of what concerns it.
 */
class AgentEvents implements AgentListener {
  /** Who goes by where the phone is. */
  interface Place {
    /** The phone has this address. */
    void leased(InetAddress address);

    /** The network in front of the phone may have changed. */
    void pathMayHaveChanged();

    /** The flow is open, or runs another way now. */
    void flowOpen();
  }

  private final EventLog log;
  private final Place place;

  AgentEvents(EventLog log, Place place) {
    this.log = log;
    this.place = place;
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
    place.leased(lease.address());
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
    place.pathMayHaveChanged();
  }

  @Override
  public void registered(
      LineName line, Assignment assignment, Optional<PublicAddress> address, String cause) {
    log.write("registered", cause, json -> registration(json, line, assignment, address));
  }

  @Override
  public void reregistered(
      LineName line, Assignment assignment, Optional<PublicAddress> address, String cause) {
    log.write("reregistered", cause, json -> registration(json, line, assignment, address));
  }

  private static void registration(
      JsonGenerator json, LineName line, Assignment assignment, Optional<PublicAddress> address)
      throws IOException {
    json.writeStringField("number", line.text());
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
  public void flowOpen(LineName line, FlowPath path, String cause) {
    log.write("flow-open", cause, flow(path));
    place.flowOpen();
  }

  @Override
  public void flowMoved(LineName line, FlowPath path, String cause) {
    log.write("flow-moved", cause, flow(path));
    place.flowOpen();
  }

  @Override
  public void flowLost(LineName line, FlowPath path, String cause) {
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
  public void disrupted(String what, String detail, Optional<Duration> retryIn) {
    log.write("disrupted", detail, json -> EventLog.trouble(json, what, detail, retryIn));
  }

  @Override
  public void failed(String what, String detail, Optional<Duration> retryIn) {
    log.write("failed", detail, json -> EventLog.trouble(json, what, detail, retryIn));
  }
}
