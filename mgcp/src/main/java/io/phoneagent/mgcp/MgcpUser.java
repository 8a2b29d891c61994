// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.mgcp;

/** Who gets what transactions do not settle by themselves. Called on the thread that owns them. */
public interface MgcpUser {
  /** Whether a peer's commands are taken note of at all; else they are not even answered. */
  default boolean hears(MgcpPeer from) {
    return true;
  }

  /** A new command, to be answered through {@link IncomingCommand#respond}, now or later. */
  void onCommand(IncomingCommand incoming);

  /** What came was no message; where it could be answered, it was. */
  default void onMalformed(MalformedMgcp malformed, MgcpPeer from) {}
}
