// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import io.phoneagent.Assignment;
import io.phoneagent.protocol.FlowKey;
import java.net.URI;
import java.util.Optional;

/**
 * What a registration was answered with.
 *
 * @param assignment the endpoint and the times
 * @param key what the flow is bound with; empty for a SIP registrar's, which is bound by the
 *     registration itself
 * @param serverName what the endpoint's certificate is for: what the switch says, else the host
 *     that was registered with, which has proved its name by TLS already
 * @param dnsSwitch which switch or registrar granted it
 */
record Grant(Assignment assignment, Optional<FlowKey> key, String serverName, URI dnsSwitch) {

  /** A switch's. */
  Grant(Assignment assignment, FlowKey flowKey, String serverName, URI dnsSwitch) {
    this(assignment, Optional.of(flowKey), serverName, dnsSwitch);
  }

  /** What a flow to a switch is bound with. */
  FlowKey flowKey() {
    return key.orElseThrow(() -> new IllegalStateException("no flow is bound to a registrar"));
  }
}
