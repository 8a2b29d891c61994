// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.flow;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.zip.CRC32;

/**
 * A STUN message as it was received (RFC 8489, section 5): Binding, or the measuring of mappings.
 * Immutable.
 */
public final class StunMessage {
  static final int HEADER_LENGTH = 20;
  static final int MAGIC_COOKIE = 0x2112A442;
  // A whole message: more than any of ours, less than a datagram that would be fragmented.
  static final int LONGEST = 1_280;
  private static final int MOST_ATTRIBUTES = 32;
  private static final int IPV4 = 1;
  private static final int IPV6 = 2;

  /** What a message is for: the two class bits of its type. */
  public enum Kind {
    /** Asks for an answer. */
    REQUEST(0x0001),
    /** Asks for none. */
    INDICATION(0x0011),
    /** The answer to a request that was granted. */
    SUCCESS(0x0101),
    /** The answer to a request that was not. */
    ERROR(0x0111),
    /**
     * Of the method by which a phone measures its firewall, 0x0D0, which is not assigned; those who
     * do not know it drop it. Tells the switch of a mapping, or asks it to speak through that.
     */
    MEASURE_REQUEST(0x02A0),
    /** What the switch sends through a mapping that is measured. */
    MEASURE_INDICATION(0x02B0),
    /** The answer to a measuring request that was granted. */
    MEASURE_SUCCESS(0x03A0),
    /** The answer to one that was not. */
    MEASURE_ERROR(0x03B0);

    private final int type;

    Kind(int type) {
      this.type = type;
    }

    int type() {
      return type;
    }
  }

  private final Kind kind;
  private final byte[] bytes;
  private final Map<Integer, Integer> offsets;

  private StunMessage(Kind kind, byte[] bytes, Map<Integer, Integer> offsets) {
    this.kind = kind;
    this.bytes = bytes;
    this.offsets = offsets;
  }

  /** Whether a datagram begins as STUN does, so that it can be told from SIP or RTP (RFC 7983). */
  public static boolean begins(ByteBuffer datagram) {
    int at = datagram.position();
    return datagram.remaining() >= HEADER_LENGTH
        && (datagram.get(at) & 0xFF) <= 3
        && datagram.getInt(at + 4) == MAGIC_COOKIE;
  }

  /**
   * Reads a datagram; its position is left as it was.
   *
   * @return the message, or empty if it is no well-formed one of a known method
   */
  public static Optional<StunMessage> read(ByteBuffer datagram) {
    int length = datagram.remaining();
    if (!begins(datagram) || length > LONGEST) {
      return Optional.empty();
    }
    byte[] bytes = new byte[length];
    datagram.duplicate().get(bytes);
    ByteBuffer view = ByteBuffer.wrap(bytes);
    Optional<Kind> kind = kindOf(view.getShort(0));
    if (!kind.isPresent() || view.getShort(2) != length - HEADER_LENGTH || length % 4 != 0) {
      return Optional.empty();
    }
    Map<Integer, Integer> offsets = new LinkedHashMap<>();
    int at = HEADER_LENGTH;
    while (at < length) {
      int size = at + 4 <= length ? view.getShort(at + 2) & 0xFFFF : LONGEST;
      int next = at + 4 + ((size + 3) & ~3);
      if (next > length || offsets.size() == MOST_ATTRIBUTES) {
        return Optional.empty();
      }
      int type = view.getShort(at) & 0xFFFF;
      // What follows the integrity is not covered by it and counts for nothing (section 14.5).
      boolean counts =
          type == StunAttribute.FINGERPRINT
              || type == StunAttribute.MESSAGE_INTEGRITY_SHA256
              || !(offsets.containsKey(StunAttribute.MESSAGE_INTEGRITY_SHA256)
                  || offsets.containsKey(StunAttribute.MESSAGE_INTEGRITY));
      if (counts) {
        offsets.putIfAbsent(type, at); // of repeated ones the first (section 14)
      }
      at = next;
    }
    return Optional.of(new StunMessage(kind.get(), bytes, offsets));
  }

  private static Optional<Kind> kindOf(int type) {
    for (Kind kind : Kind.values()) {
      if (kind.type() == type) {
        return Optional.of(kind);
      }
    }
    return Optional.empty();
  }

  /** What it is for. */
  public Kind kind() {
    return kind;
  }

  /** The 96 bits that tell which request an answer belongs to. */
  public TransactionId transaction() {
    return TransactionId.in(bytes);
  }

  /** Its length in octets. */
  public int length() {
    return bytes.length;
  }

  /** The user name, if it names one. */
  public Optional<String> username() {
    return text(StunAttribute.USERNAME);
  }

  /** The nonce. */
  public Optional<String> nonce() {
    return text(StunAttribute.NONCE);
  }

  /** The code of an error answer, from 300 to 699. */
  public OptionalInt errorCode() {
    Optional<ByteBuffer> value = value(StunAttribute.ERROR_CODE);
    return value.isPresent() && value.get().remaining() >= 4
        ? OptionalInt.of((value.get().get(2) & 7) * 100 + value.get().get(3))
        : OptionalInt.empty();
  }

  /** The rising number of an authenticated message. */
  public OptionalLong counter() {
    Optional<ByteBuffer> value = value(StunAttribute.COUNTER);
    return value.isPresent() && value.get().remaining() == 8
        ? OptionalLong.of(value.get().getLong(0))
        : OptionalLong.empty();
  }

  /** The mapping that is measured: whether it is noted, and the longest pause allowed. */
  Optional<Measured> measured() {
    Optional<ByteBuffer> value = value(StunAttribute.MEASURED);
    return value.isPresent() && value.get().remaining() == 4
        ? Optional.of(
            new Measured(
                value.get().getShort(0) == 1, Duration.ofSeconds(value.get().getShort(2) & 0xFFFF)))
        : Optional.empty();
  }

  /** Where the other side saw our request come from (section 14.2). */
  public Optional<InetSocketAddress> mappedAddress() {
    return address(StunAttribute.XOR_MAPPED_ADDRESS, true);
  }

  /** Where the switch says that it is reached from now on. */
  Optional<InetSocketAddress> movedTo() {
    return address(StunAttribute.MOVED_TO, true);
  }

  /**
   * The same as servers from before RFC 5389 say it (section 14.1), which some firewalls rewrite:
   * for want of the other one only.
   */
  public Optional<InetSocketAddress> plainMappedAddress() {
    return address(StunAttribute.MAPPED_ADDRESS, false);
  }

  private Optional<InetSocketAddress> address(int type, boolean hidden) {
    Optional<ByteBuffer> found = value(type);
    if (!found.isPresent() || found.get().remaining() < 8) {
      return Optional.empty();
    }
    ByteBuffer value = found.get();
    int family = value.get(1);
    int size = family == IPV4 ? 4 : 16;
    if ((family != IPV4 && family != IPV6) || value.remaining() != 4 + size) {
      return Optional.empty();
    }
    byte[] address = new byte[size];
    for (int i = 0; i < size; i++) {
      int mask = hidden ? bytes[4 + i] : 0; // the cookie, then the transaction
      address[i] = (byte) (value.get(4 + i) ^ mask);
    }
    int port = (value.getShort(2) & 0xFFFF) ^ (hidden ? MAGIC_COOKIE >>> 16 : 0);
    try {
      return Optional.of(new InetSocketAddress(InetAddress.getByAddress(address), port));
    } catch (UnknownHostException e) {
      return Optional.empty();
    }
  }

  private Optional<String> text(int type) {
    return value(type).map(v -> StandardCharsets.UTF_8.decode(v).toString());
  }

  private Optional<ByteBuffer> value(int type) {
    Integer at = offsets.get(type);
    if (at == null) {
      return Optional.empty();
    }
    int size = ByteBuffer.wrap(bytes).getShort(at + 2) & 0xFFFF;
    return Optional.of(ByteBuffer.wrap(bytes, at + 4, size).slice().asReadOnlyBuffer());
  }

  /** Whether it was written by someone who has the key: MESSAGE-INTEGRITY-SHA256 (section 14.6). */
  boolean integrityHolds(StunKey key) {
    return holds(StunAttribute.MESSAGE_INTEGRITY_SHA256, key, 16, 32);
  }

  /** The same with the older MESSAGE-INTEGRITY (section 14.5), which ICE asks for (RFC 8445). */
  public boolean iceIntegrityHolds(String password) {
    return holds(StunAttribute.MESSAGE_INTEGRITY, StunKey.shortTerm(password), 20, 20);
  }

  private boolean holds(int type, StunKey key, int shortest, int longest) {
    Integer at = offsets.get(type);
    Optional<ByteBuffer> value = value(type);
    if (at == null || !value.isPresent()) {
      return false;
    }
    byte[] given = new byte[value.get().remaining()];
    value.get().get(given);
    if (given.length < shortest || given.length > longest || given.length % 4 != 0) {
      return false;
    }
    byte[] expected =
        key.integrity(bytes, at, at + 4 + given.length - HEADER_LENGTH, longest == 20);
    byte[] compared = new byte[given.length];
    System.arraycopy(expected, 0, compared, 0, given.length);
    return MessageDigest.isEqual(given, compared);
  }

  /** Whether it has a FINGERPRINT. */
  public boolean hasFingerprint() {
    return offsets.containsKey(StunAttribute.FINGERPRINT);
  }

  /** Whether its FINGERPRINT is right (section 14.7); false if it has none. */
  public boolean fingerprintHolds() {
    Integer at = offsets.get(StunAttribute.FINGERPRINT);
    if (at == null || at + 8 != bytes.length) {
      return false;
    }
    CRC32 crc = new CRC32();
    crc.update(bytes, 0, at);
    return ByteBuffer.wrap(bytes).getInt(at + 4)
        == ((int) crc.getValue() ^ StunWriter.FINGERPRINT_XOR);
  }

  /** What it is, its user name and its length. */
  @Override
  public String toString() {
    return "STUN " + kind + username().map(u -> " of " + u).orElse("") + ", " + bytes.length + " B";
  }
}
