// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.registry;

import io.phoneagent.Transport;
import java.net.InetSocketAddress;
import java.time.Instant;

/**
 * Where a flow came from when its phone last proved it holds the key.
 *
 * @param source the phone's address and port as the switch saw them
 * @param transport what carried it; a connection does not outlive the switch
 * @param verifiedAt when
 */
public record VerifiedPath(InetSocketAddress source, Transport transport, Instant verifiedAt) {}
