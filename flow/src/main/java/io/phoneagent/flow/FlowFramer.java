// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.flow;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Cuts what arrives on a TCP or TLS flow: a message that begins with an octet from 0 to 3 is STUN
 * (RFC 8489 section 6.2.2), one that begins with 0x80 is a {@link FramedMessage}, everything else
 * is for another protocol's own cutter. One framer belongs to one connection.
 */
public final class FlowFramer {
  /** Cuts another protocol's messages. */
  @FunctionalInterface
  public interface OtherFramer {
    /**
     * Takes octets as they come. Where none of its own messages is under way and an octet of {@link
     * FlowFramer#begins} follows, it stops, and leaves that octet.
     *
     * @return false if the stream cannot be cut any more
     */
    boolean receive(ByteBuffer octets);
  }

  private static final byte[] NOTHING = new byte[0];

  private final Consumer<ByteBuffer> own;
  private final OtherFramer other;
  private byte[] pending = NOTHING;
  private int size;

  /**
   * The beginning of a stream.
   *
   * @param own takes whole STUN messages, and framed ones with their frames
   */
  public FlowFramer(Consumer<ByteBuffer> own, OtherFramer other) {
    this.own = own;
    this.other = other;
  }

  /** Whether the beginning of such a message has come, and its rest has not. */
  public boolean isWithinMessage() {
    return size > 0;
  }

  /** Whether a message that begins with this octet, from 0 to 255, is STUN or framed. */
  public static boolean begins(int octet) {
    return (octet >= 0 && octet <= 3) || octet == FramedMessage.FIRST;
  }

  /**
   * Takes octets as they come, all of them.
   *
   * @return false if the stream cannot be cut any more and is to be closed
   */
  public boolean receive(ByteBuffer octets) {
    while (octets.hasRemaining()) {
      // The other one knows whether it is within a message, where any octet may come.
      if (size == 0 && !other.receive(octets)) {
        return false;
      }
      if (octets.hasRemaining() && !takeOwn(octets)) {
        return false;
      }
    }
    return true;
  }

  private boolean takeOwn(ByteBuffer octets) {
    take(octets, 1);
    boolean framed = (pending[0] & 0xff) == FramedMessage.FIRST;
    int header = framed ? FramedMessage.HEADER_LENGTH : StunMessage.HEADER_LENGTH;
    take(octets, header);
    if (size < header) {
      return true;
    }
    int length =
        framed
            ? FramedMessage.length(pending[1], pending[2])
            : FramedMessage.length(pending[2], pending[3]);
    if (length > (framed ? FramedMessage.LONGEST : StunMessage.LONGEST - header)) {
      return false;
    }
    take(octets, header + length);
    if (size == header + length) {
      ByteBuffer whole = ByteBuffer.wrap(Arrays.copyOf(pending, size));
      pending = NOTHING;
      size = 0;
      own.accept(whole);
    }
    return true;
  }

  /** Takes octets until there are so many; room for them is made as they come. */
  private void take(ByteBuffer octets, int wanted) {
    int count = Math.min(wanted - size, octets.remaining());
    if (count <= 0) {
      return;
    }
    if (size + count > pending.length) {
      int room = Math.max(size + count, Math.min(2 * pending.length, wanted));
      pending = Arrays.copyOf(pending, room);
    }
    octets.get(pending, size, count);
    size += count;
  }
}
