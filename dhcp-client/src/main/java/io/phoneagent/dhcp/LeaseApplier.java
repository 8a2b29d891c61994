// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dhcp;

import java.io.IOException;

/**
 * Gives a leased address to the interface, with its routes and resolvers, and takes it away again.
 * Called on the agent's thread; must not block long.
 */
public interface LeaseApplier {

  /**
   * Makes this lease the interface's, in place of the one applied before. Called at each renewal
   * too: what the interface has already stays as it is, without an interruption, and what somebody
   * has taken from it meanwhile is put back.
   *
   * @throws IOException if the system refuses; the message says what and the way out. The address
   *     is given up then, and asked for again 10 s later; the same with any other exception
   */
  void apply(DhcpLease lease) throws IOException;

  /**
   * Takes away what {@link #apply} has given: address, routes, resolvers, MTU. Also called for the
   * address of an earlier run that ended without leave, once that has been refused or nobody
   * answers for it: then with the address alone. Without effect where it is gone already.
   *
   * @throws IOException if the system refuses
   */
  void remove(DhcpLease lease) throws IOException;
}
