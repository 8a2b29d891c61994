// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import java.io.IOException;
import java.nio.ByteBuffer;

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
}
