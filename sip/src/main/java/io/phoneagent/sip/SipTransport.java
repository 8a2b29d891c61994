// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** The way out for messages. */
@FunctionalInterface
public interface SipTransport {
  /**
   * Sends one message. The buffer is read-only and its bytes never change, so it may be kept.
   *
   * @throws IOException if it is known at once that the message cannot go out; what becomes known
   *     later is told to {@link SipTransactions#transportFailed}
   */
  void send(ByteBuffer message, SipPeer to) throws IOException;

  /**
   * The way over a connection to the end that datagrams reach at a peer, for a request that is too
   * large for one of them (RFC 3261 section 18.1.1): open, or one that opens when something is sent
   * to it. Where that fails before anything was answered, {@link SipTransactions#transportFailed}
   * is told, and the request goes out as a datagram after all; so it does beside the connection
   * where nothing was answered within T1.
   *
   * @return empty if there is none, or it was found not to work a moment ago
   */
  default Optional<SipPeer> overConnection(SipPeer to) {
    return Optional.empty();
  }

  /**
   * An end has answered a datagram, and not what it got before over this connection: it may take
   * connections and speak no SIP over them.
   */
  default void overtaken(SipPeer connection) {}
}
