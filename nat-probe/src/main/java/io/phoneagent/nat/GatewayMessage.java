// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import java.net.InetAddress;
import java.util.Optional;

/**
 * What a gateway says from port 5351.
 *
 * <p>The epoch that most carry is the gateway's own time in seconds; it goes back when the gateway
 * has lost its mappings.
 */
sealed interface GatewayMessage {

  /** The public address by NAT-PMP: an answer, or an announcement (RFC 6886, section 3.2). */
  record Address(long epoch, InetAddress address) implements GatewayMessage {}

  /**
   * A mapping by PCP (RFC 6887, section 11.1).
   *
   * @param address the public address of the mapping
   */
  record Mapping(long epoch, MappingName name, InetAddress address) implements GatewayMessage {}

  /** An announcement by PCP (RFC 6887, section 14.1). */
  record Announcement(long epoch) implements GatewayMessage {}

  /**
   * It does not speak what it was asked in.
   *
   * @param version what it speaks
   * @param operation of the question that it answers
   */
  record Unsupported(int version, int operation) implements GatewayMessage {}

  /**
   * It refuses to say the address, or to map.
   *
   * @param code not zero; the two protocols have codes of their own
   * @param name of the mapping that was asked for, where the message is long enough to have it
   */
  record Refusal(Dialect dialect, int code, Optional<MappingName> name) implements GatewayMessage {}
}
