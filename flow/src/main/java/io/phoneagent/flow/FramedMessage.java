// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.flow;

import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A message of MGCP as a flow carries it: the octet 0x80, the message's length in two octets with
 * the higher one first, and the message. It is the same in a datagram, of which it is the whole,
 * and in a stream. No message of STUN or SIP begins so, and no gateway on the way takes it for MGCP
 * that it has to rewrite.
 */
public final class FramedMessage {
  /** Of the longest message, in octets: several times what a line has to say at once. */
  public static final int LONGEST = 16_384;

  static final int FIRST = 0x80;
  static final int HEADER_LENGTH = 3;

  private FramedMessage() {}

  /** Whether a datagram or message begins so. */
  public static boolean begins(ByteBuffer message) {
    return message.hasRemaining() && (message.get(message.position()) & 0xff) == FIRST;
  }

  /**
   * The message in its frame.
   *
   * @throws IllegalArgumentException if it is longer than {@link #LONGEST}
   */
  public static ByteBuffer of(ByteBuffer message) {
    int length = message.remaining();
    if (length > LONGEST) {
      throw new IllegalArgumentException("a message of at most " + LONGEST + " octets");
    }
    ByteBuffer framed = ByteBuffer.allocate(HEADER_LENGTH + length);
    framed.put((byte) FIRST).put((byte) (length >> 8)).put((byte) length);
    framed.put(message.duplicate());
    ((Buffer) framed).flip();
    return framed;
  }

  /** What is in a frame; empty if that is none, or not a whole one. */
  public static Optional<ByteBuffer> read(ByteBuffer framed) {
    if (!begins(framed) || framed.remaining() < HEADER_LENGTH) {
      return Optional.empty();
    }
    int at = framed.position();
    int length = length(framed.get(at + 1), framed.get(at + 2));
    if (length > LONGEST || length != framed.remaining() - HEADER_LENGTH) {
      return Optional.empty();
    }
    ByteBuffer message = framed.duplicate();
    ((Buffer) message).position(at + HEADER_LENGTH);
    return Optional.of(message.slice());
  }

  static int length(byte high, byte low) {
    return (high & 0xff) << 8 | (low & 0xff);
  }
}
