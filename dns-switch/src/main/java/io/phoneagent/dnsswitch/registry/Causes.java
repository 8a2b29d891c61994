// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.registry;

import io.phoneagent.protocol.RegistrationRecord.Cause;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Why a phone registered and moved, the latest first: the last few. Immutable. They are held as
 * they are stored, one after the other: each registration adds one and stores all, while somebody
 * reads them now and then.
 */
public final class Causes {
  // The phone's own timeline goes further back.
  private static final int MAX = 8;

  // A phone's own have at most 256 characters.
  private static final int MAX_LENGTH = 512;

  // The time in milliseconds, and the length of the text in octets.
  private static final int HEAD = Long.BYTES + Short.BYTES;

  /** No causes. */
  static final Causes NONE = new Causes(0, new byte[0]);

  private final int count;
  private final byte[] octets;

  private Causes(int count, byte[] octets) {
    this.count = count;
    this.octets = octets;
  }

  /** Adds one; the same again stands once, with its latest time. A long one loses its end. */
  Causes with(Instant at, String cause) {
    String told = cause.substring(0, Math.min(cause.length(), MAX_LENGTH));
    byte[] text = told.getBytes(StandardCharsets.UTF_8);
    boolean again = count > 0 && Arrays.equals(octets, HEAD, after(0), text, 0, text.length);
    int from = again ? after(0) : 0;
    int kept = Math.min(MAX - 1, again ? count - 1 : count);
    int to = from;
    for (int i = 0; i < kept; i++) {
      to = after(to);
    }
    ByteBuffer all = ByteBuffer.allocate(HEAD + text.length + to - from);
    all.putLong(at.toEpochMilli()).putShort((short) text.length).put(text);
    all.put(octets, from, to - from);
    return new Causes(kept + 1, all.array());
  }

  private int after(int position) {
    int length = ((octets[position + 8] & 0xff) << 8) | (octets[position + 9] & 0xff);
    return position + HEAD + length;
  }

  /** All of them, for those who read. */
  public List<Cause> list() {
    List<Cause> causes = new ArrayList<>(count);
    for (int at = 0; at < octets.length; at = after(at)) {
      long time = ByteBuffer.wrap(octets, at, Long.BYTES).getLong();
      int text = at + HEAD;
      causes.add(
          new Cause(
              Instant.ofEpochMilli(time),
              new String(octets, text, after(at) - text, StandardCharsets.UTF_8)));
    }
    return causes;
  }

  /** Their number in an octet, and they. */
  void write(OctetWriter out) {
    out.octet(count).raw(octets);
  }

  /**
   * Reads what was written.
   *
   * @throws IOException if it ends too early
   */
  static Causes read(DataInputStream in) throws IOException {
    int count = in.readUnsignedByte();
    OctetWriter all = new OctetWriter();
    for (int i = 0; i < count; i++) {
      all.number64(in.readLong());
      byte[] text = new byte[in.readUnsignedShort()];
      in.readFully(text);
      all.number16(text.length).raw(text);
    }
    return new Causes(count, all.toArray());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Causes causes
        && count == causes.count
        && Arrays.equals(octets, causes.octets);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(octets);
  }

  @Override
  public String toString() {
    return list().toString();
  }
}
