// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import io.phoneagent.Assignment;
import io.phoneagent.protocol.FlowKey;
import java.net.URI;

/**
 * What a registration was answered with.
 *
 * @param assignment the endpoint and the times
 * @param flowKey what the flow is bound with
 * @param serverName what the endpoint's certificate is for: what the switch says, else the host
 *     that was registered with, which has proved its name by TLS already
 * @param dnsSwitch which switch granted it
 */
record Grant(Assignment assignment, FlowKey flowKey, String serverName, URI dnsSwitch) {}
