// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.flow;

import java.net.InetSocketAddress;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/** Writes a STUN message (RFC 8489), attribute by attribute, in the order of the calls. */
public final class StunWriter {
  static final int FINGERPRINT_XOR = 0x5354554E;
  // Holds the longest message of ours: user name, nonce and two integrity values.
  private static final int CAPACITY = 640;

  private final ByteBuffer out = ByteBuffer.allocate(CAPACITY);

  private StunWriter(StunMessage.Kind kind, TransactionId transaction) {
    out.putShort((short) kind.type()).putShort((short) 0).putInt(StunMessage.MAGIC_COOKIE);
    out.putInt(transaction.high()).putLong(transaction.low());
  }

  /** Begins a message. */
  public static StunWriter of(StunMessage.Kind kind, TransactionId transaction) {
    return new StunWriter(kind, transaction);
  }

  /** Names the user whose key proves the message; at most 128 octets of UTF-8. */
  public StunWriter username(String name) {
    return text(StunAttribute.USERNAME, name);
  }

  StunWriter nonce(String nonce) {
    return text(StunAttribute.NONCE, nonce);
  }

  StunWriter counter(long counter) {
    out.putShort((short) StunAttribute.COUNTER).putShort((short) 8).putLong(counter);
    return this;
  }

  StunWriter measured(Measured measured) {
    out.putShort((short) StunAttribute.MEASURED).putShort((short) 4);
    out.putShort((short) (measured.noted() ? 1 : 0));
    out.putShort((short) measured.longest().getSeconds());
    return this;
  }

  StunWriter fill(int octets) {
    out.putShort((short) StunAttribute.FILL).putShort((short) octets).put(new byte[octets]);
    return this;
  }

  StunWriter error(int code) {
    out.putShort((short) StunAttribute.ERROR_CODE).putShort((short) 4);
    out.putShort((short) 0).put((byte) (code / 100)).put((byte) (code % 100));
    return this;
  }

  /** Tells where the request was seen to come from. */
  public StunWriter mappedAddress(InetSocketAddress address) {
    return address(StunAttribute.XOR_MAPPED_ADDRESS, address);
  }

  StunWriter movedTo(InetSocketAddress address) {
    return address(StunAttribute.MOVED_TO, address);
  }

  private StunWriter address(int type, InetSocketAddress address) {
    byte[] octets = address.getAddress().getAddress();
    out.putShort((short) type).putShort((short) (4 + octets.length));
    out.putShort((short) (octets.length == 4 ? 1 : 2));
    out.putShort((short) (address.getPort() ^ (StunMessage.MAGIC_COOKIE >>> 16)));
    for (int i = 0; i < octets.length; i++) {
      out.put((byte) (octets[i] ^ out.get(4 + i)));
    }
    return this;
  }

  /** Says that the sender, who controls the choice, uses this pair (RFC 8445, section 7.1). */
  public StunWriter nominate(int priority, long tieBreaker) {
    out.putShort((short) StunAttribute.PRIORITY).putShort((short) 4).putInt(priority);
    out.putShort((short) StunAttribute.ICE_CONTROLLING).putShort((short) 8).putLong(tieBreaker);
    out.putShort((short) StunAttribute.USE_CANDIDATE).putShort((short) 0);
    return this;
  }

  int length() {
    return out.position();
  }

  /** Ends the message, proven by the key; the value is cut to so many octets, 16 to 32. */
  ByteBuffer integrity(StunKey key, int octets) {
    integrity(StunAttribute.MESSAGE_INTEGRITY_SHA256, key, octets, false);
    return end();
  }

  /** Ends the message as ICE asks for: with MESSAGE-INTEGRITY and FINGERPRINT. */
  public ByteBuffer iceIntegrity(String password) {
    integrity(StunAttribute.MESSAGE_INTEGRITY, StunKey.shortTerm(password), 20, true);
    int at = out.position();
    out.putShort(2, (short) (at + 8 - StunMessage.HEADER_LENGTH));
    CRC32 crc = new CRC32();
    crc.update(out.array(), 0, at);
    out.putShort((short) StunAttribute.FINGERPRINT).putShort((short) 4);
    out.putInt((int) crc.getValue() ^ FINGERPRINT_XOR);
    return end();
  }

  private void integrity(int type, StunKey key, int octets, boolean sha1) {
    int at = out.position();
    byte[] value =
        key.integrity(out.array(), at, at + 4 + octets - StunMessage.HEADER_LENGTH, sha1);
    out.putShort((short) type).putShort((short) octets).put(value, 0, octets);
  }

  /** Ends the message without proof. */
  public ByteBuffer end() {
    out.putShort(2, (short) (out.position() - StunMessage.HEADER_LENGTH));
    ((Buffer) out).flip();
    return out;
  }

  private StunWriter text(int type, String value) {
    byte[] octets = value.getBytes(StandardCharsets.UTF_8);
    out.putShort((short) type).putShort((short) octets.length).put(octets);
    while (out.position() % 4 != 0) {
      out.put((byte) 0);
    }
    return this;
  }
}
