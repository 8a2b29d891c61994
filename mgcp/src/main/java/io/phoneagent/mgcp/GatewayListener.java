// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.mgcp;

import java.util.List;

/** Who is told how a gateway fares. Called on the thread that owns it. */
public interface GatewayListener {
  /**
   * The call agent is told of the gateway (RSIP).
   *
   * @param to where, the best first
   */
  default void announcing(RestartMethod method, List<MgcpPeer> to) {}

  /** The call agent knows the gateway: it restarted, or was found again. */
  default void inService(RestartMethod method) {}

  /**
   * Nobody answers any more, or nobody ever has.
   *
   * @param tried where an answer was waited for last
   */
  default void disconnected(List<MgcpPeer> tried) {}

  /**
   * The call agent has answered, and does not take the gateway on; it is asked again.
   *
   * @param code a return code, such as 500 for a name that it does not know
   * @param comment what it says to people; may be empty
   */
  default void restartRefused(int code, String comment) {}

  /** The call agent's name has no address; it is looked up again and again. Told once. */
  default void callAgentUnknown(String host) {}

  /** A command was refused, for the log. */
  default void refused(MgcpCommand command, int code, String comment) {}
}
