// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.registry;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * How a registration reached the switch.
 *
 * @param source where it came from
 * @param local the switch's own address it was sent to
 */
public record Arrival(InetSocketAddress source, InetAddress local) {}
