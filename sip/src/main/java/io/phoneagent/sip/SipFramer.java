// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.IntPredicate;

/**
 * Cuts a stream into messages by Content-Length (RFC 3261 section 18.3), which every message on a
 * stream must have. Line ends between messages are keep-alives and are passed over. One framer
 * belongs to one connection.
 */
public final class SipFramer {
  // Most messages; whoever once sent a long one must not be given its room for ever.
  private static final int USUAL = 2_048;

  private final SipLimits limits;
  // CRLF twice between messages asks whether this end is there (RFC 5626 section 4.4.1).
  private static final int PING = 4;

  private final IntPredicate foreign;
  private final Runnable ping;
  private byte[] pending = new byte[USUAL];
  private int size;
  // Where the search for the empty line goes on: no byte is looked at twice for it.
  private int searched;
  // Length of the message under way, once its header is there: it is read once, not per octet.
  private int awaited;
  // Octets of line ends since the last message, or the last ping.
  private int lineEnds;
  private boolean broken;

  /** Cuts a stream of nothing but SIP. */
  public SipFramer(SipLimits limits) {
    this(limits, octet -> false);
  }

  /**
   * Cuts the SIP of a stream which carries other messages too.
   *
   * @param foreign whether a message that begins with this octet, from 0 to 255, is another
   *     protocol's; none of SIP's begins with a control character
   */
  public SipFramer(SipLimits limits, IntPredicate foreign) {
    this(limits, foreign, () -> {});
  }

  /**
   * The same, which tells of keep-alives that want an answer.
   *
   * @param ping told of each: one CRLF is to be sent back (RFC 5626 section 4.4.1)
   */
  public SipFramer(SipLimits limits, IntPredicate foreign, Runnable ping) {
    this.limits = limits;
    this.foreign = foreign;
    this.ping = ping;
  }

  /**
   * Takes bytes as they come and hands out the messages that are complete. Before a foreign message
   * it stops, and leaves it in the buffer.
   *
   * @return false if the stream cannot be cut any more and is to be closed
   */
  public boolean receive(ByteBuffer bytes, Consumer<ByteBuffer> messages) {
    while (!broken && bytes.hasRemaining()) {
      int part = Math.min(bytes.remaining(), limits.messageBytes() + 1 - size);
      if (size + part > pending.length) {
        pending = Arrays.copyOf(pending, Math.max(pending.length * 2, size + part));
      }
      bytes.get(pending, size, part);
      size += part;
      if (!cut(messages)) {
        // Whatever was there before this call is cut: what is left came with it.
        ((Buffer) bytes).position(bytes.position() - size);
        size = 0;
        return true;
      }
      broken |= size > limits.messageBytes();
    }
    return !broken;
  }

  /** Whether the beginning of a message has come, and its rest has not. */
  public boolean isWithinMessage() {
    return size > 0;
  }

  /** Returns false where something foreign follows. */
  private boolean cut(Consumer<ByteBuffer> messages) {
    if (size < awaited) {
      return true;
    }
    awaited = 0;
    int from = 0;
    boolean own = true;
    while (!broken) {
      while (from < size && (pending[from] == '\r' || pending[from] == '\n')) {
        from++;
        lineEnds++;
        if (lineEnds == PING) {
          lineEnds = 0;
          ping.run();
        }
      }
      lineEnds = from < size ? 0 : lineEnds;
      own = from == size || !foreign.test(pending[from] & 0xff);
      if (!own) {
        searched = from;
        break;
      }
      int empty = emptyLine(Math.max(from, searched));
      if (empty < 0) {
        searched = Math.max(from, size - 3);
        break;
      }
      long length = contentLength(from, empty + 2);
      if (length < 0 || length > limits.bodyBytes()) {
        broken = true;
        break;
      }
      int end = empty + 4 + (int) length;
      if (end > size) {
        awaited = end - from;
        searched = empty;
        break;
      }
      messages.accept(ByteBuffer.wrap(Arrays.copyOfRange(pending, from, end)));
      from = end;
      searched = end;
    }
    byte[] rest = pending.length > USUAL && size == from ? new byte[USUAL] : pending;
    System.arraycopy(pending, from, rest, 0, size - from);
    pending = rest;
    size -= from;
    searched = Math.max(0, searched - from);
    return own;
  }

  private int emptyLine(int from) {
    for (int i = from; i + 3 < size; i++) {
      if (pending[i] == '\r'
          && pending[i + 1] == '\n'
          && pending[i + 2] == '\r'
          && pending[i + 3] == '\n') {
        return i;
      }
    }
    return -1;
  }

  /** The value of the one Content-Length between start line and empty line, or -1. */
  private long contentLength(int from, int to) {
    long found = -1;
    int line = from;
    while (line < to) {
      int end = line;
      while (end < to && pending[end] != '\r') {
        end++;
      }
      int colon = line;
      while (colon < end && pending[colon] != ':') {
        colon++;
      }
      int nameEnd = Octets.trimEnd(pending, line, colon);
      if (colon < end
          && Octets.isToken(pending, line, nameEnd)
          && HeaderName.of(pending, line, nameEnd).equals(HeaderName.CONTENT_LENGTH)) {
        int value = Octets.skipSpace(pending, colon + 1, end);
        long length = Octets.decimal(pending, value, Octets.trimEnd(pending, value, end));
        if (length < 0 || found >= 0) {
          return -1;
        }
        found = length;
      }
      line = end + 2;
    }
    return found;
  }
}
