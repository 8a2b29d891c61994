// SPDX-License-Identifier: Apache-2.0
package io.phoneagent;

/** How far an agent has come, of all its lines the one that is furthest behind. */
public enum AgentStatus {
  /** Not started, or stopped. */
  STOPPED,
  /** Rests until it is resumed; its registration is kept. */
  SUSPENDED,
  /** Waits for an address, or for the start-up delay to pass. */
  LEASING,
  /** Has an address and asks for the firewall's public one. */
  PROBING,
  /** Knows both and registers with the switch. */
  REGISTERING,
  /** Is registered and opens its flow to the assigned endpoint. */
  BINDING,
  /** Can be called. */
  REACHABLE
}
