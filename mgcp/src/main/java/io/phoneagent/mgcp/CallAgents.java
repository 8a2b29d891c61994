// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.mgcp;

import java.util.List;
import java.util.Optional;

/**
 * Where call agents are: what the owner of the transport knows. Called on the thread that owns the
 * gateway; must not block, so names are looked up beforehand.
 */
public interface CallAgents {
  /**
   * The addresses of a call agent, the best first; empty where it is not to be talked to: then a
   * command that names it is refused with 539.
   */
  List<MgcpPeer> addresses(NotifiedEntity entity);

  /** Whether commands of that peer are heard at all. */
  boolean hears(MgcpPeer from);

  /** The call agent at the beginning; empty where it is only known as a peer. */
  Optional<NotifiedEntity> first();

  /** The peers at the beginning, the best first. */
  List<MgcpPeer> firstAddresses();
}
