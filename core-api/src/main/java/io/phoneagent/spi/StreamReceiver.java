// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.spi;

import java.nio.ByteBuffer;

/**
 * Told what becomes of a {@link StreamPort}. Called on the loop that opened it, never before the
 * call that opened it has returned.
 */
public interface StreamReceiver {

  /** The connection is up. */
  void connected();

  /**
   * Some octets arrived.
   *
   * @param data the octets; the buffer is valid during the call only
   */
  void received(ByteBuffer data);

  /**
   * The connection is over, or never came to be; told once, and nothing after it.
   *
   * @param cause why, for people
   */
  void closed(String cause);
}
