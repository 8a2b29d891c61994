// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dhcp;

import java.io.IOException;

/**
 * Gives a leased address to the interface, with its routes and resolvers, and takes it away again.
 * Called on the agent's thread; must not block long.
 */
public interface LeaseApplier {

  /**
   * Makes this lease the interface's, in place of the one applied before; where only its times have
   * changed, nothing that is in use may be interrupted.
   *
   * @throws IOException if the system refuses; the message says what and the way out
   */
  void apply(DhcpLease lease) throws IOException;

  /**
   * Takes away what {@link #apply} has given: address, routes, resolvers.
   *
   * @throws IOException if the system refuses
   */
  void remove(DhcpLease lease) throws IOException;
}
