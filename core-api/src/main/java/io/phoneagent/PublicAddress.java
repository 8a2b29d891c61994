// SPDX-License-Identifier: Apache-2.0
package io.phoneagent;

import java.net.InetAddress;

/**
 * The address under which the firewall is seen from outside.
 *
 * @param address the address
 * @param source who said so, such as {@code http://192.168.1.1/status}
 * @param verdict how the sources were weighed, for people to read: it begins with the case, such as
 *     {@code agreed}, {@code one liar}, {@code stale}, {@code CGNAT}, {@code double NAT} or {@code
 *     reserved address}
 */
public record PublicAddress(InetAddress address, String source, String verdict) {}
