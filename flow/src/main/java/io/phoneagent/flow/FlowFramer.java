// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.flow;

import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * Cuts what arrives on a TCP or TLS flow: a message that begins with an octet from 0 to 3 is STUN
 * (RFC 8489 section 6.2.2), everything else is for another protocol's own cutter. One framer
 * belongs to one connection.
 */
public final class FlowFramer {
  /** Cuts another protocol's messages. */
  @FunctionalInterface
  public interface OtherFramer {
    /**
     * Takes octets as they come. Where none of its own messages is under way and an octet of {@link
     * #beginsStun} follows, it stops, and leaves that octet.
     *
     * @return false if the stream cannot be cut any more
     */
    boolean receive(ByteBuffer octets);
  }

  private final Consumer<ByteBuffer> stun;
  private final OtherFramer other;
  private byte[] pending = new byte[0];

  /**
   * The beginning of a stream.
   *
   * @param stun takes whole STUN messages
   */
  public FlowFramer(Consumer<ByteBuffer> stun, OtherFramer other) {
    this.stun = stun;
    this.other = other;
  }

  /** Whether the beginning of a STUN message has come, and its rest has not. */
  public boolean isWithinMessage() {
    return pending.length > 0;
  }

  /** Whether a message that begins with this octet is STUN. */
  public static boolean beginsStun(int octet) {
    return octet >= 0 && octet <= 3;
  }

  /**
   * Takes octets as they come, all of them.
   *
   * @return false if the stream cannot be cut any more and is to be closed
   */
  public boolean receive(ByteBuffer octets) {
    while (octets.hasRemaining()) {
      // The other one knows whether it is within a message, where any octet may come.
      if (pending.length == 0 && !other.receive(octets)) {
        return false;
      }
      if (octets.hasRemaining() && !takeStun(octets)) {
        return false;
      }
    }
    return true;
  }

  private boolean takeStun(ByteBuffer octets) {
    take(octets, StunMessage.HEADER_LENGTH - pending.length);
    if (pending.length < StunMessage.HEADER_LENGTH) {
      return true;
    }
    int length = StunMessage.HEADER_LENGTH + (((pending[2] & 0xff) << 8) | (pending[3] & 0xff));
    if (length > StunMessage.LONGEST) {
      return false;
    }
    take(octets, length - pending.length);
    if (pending.length == length) {
      byte[] whole = pending;
      pending = new byte[0];
      stun.accept(ByteBuffer.wrap(whole));
    }
    return true;
  }

  private void take(ByteBuffer octets, int wanted) {
    int count = Math.min(wanted, octets.remaining());
    if (count > 0) {
      byte[] longer = new byte[pending.length + count];
      Buffer bounds = ByteBuffer.wrap(longer).put(pending);
      octets.get(longer, bounds.position(), count);
      pending = longer;
    }
  }
}
