// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.testkit;

import java.time.Duration;

/**
 * How a NAT behaves, in the words of RFC 4787.
 *
 * @param mapping which destinations share one public port (section 4.1)
 * @param filtering who may send to that port (section 5)
 * @param lifetime how long a mapping lives without a datagram from inside (section 4.3)
 */
public record NatBehaviour(Dependence mapping, Dependence filtering, Duration lifetime) {

  /** On what of the remote end a decision depends. */
  public enum Dependence {
    /** On nothing. */
    ENDPOINT_INDEPENDENT,
    /** On its address. */
    ADDRESS_DEPENDENT,
    /** On its address and port. */
    ADDRESS_AND_PORT_DEPENDENT
  }

  /** A usual home router: one port for all destinations, closed to those not spoken to; 30 s. */
  public static NatBehaviour home() {
    return new NatBehaviour(
        Dependence.ENDPOINT_INDEPENDENT,
        Dependence.ADDRESS_AND_PORT_DEPENDENT,
        Duration.ofSeconds(30));
  }

  /** A symmetric NAT: another port for every destination; 30 s. */
  public static NatBehaviour symmetric() {
    return new NatBehaviour(
        Dependence.ADDRESS_AND_PORT_DEPENDENT,
        Dependence.ADDRESS_AND_PORT_DEPENDENT,
        Duration.ofSeconds(30));
  }
}
