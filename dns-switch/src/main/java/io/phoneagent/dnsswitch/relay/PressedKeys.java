// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.relay;

import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * Keys that one end presses as telephone events within its audio (RFC 4733, section 2.3), taken out
 * of it for another end that would not understand them. Owned by the relay's loop.
 */
final class PressedKeys {
  /** By their events' numbers (RFC 4733, section 3.2). */
  static final String KEYS = "0123456789*#ABCD";

  private static final int HEADER = 12;
  private static final int EXTENDED = 0x10;
  private static final int SOURCES = 0x0F;
  private static final int EVENT = 4;

  private final int payload;
  private final Consumer<Character> pressed;
  private boolean begun;
  private int timestamp;
  private int source;

  PressedKeys(int payload, Consumer<Character> pressed) {
    this.payload = payload;
    this.pressed = pressed;
  }

  int payload() {
    return payload;
  }

  /**
   * Whether a packet is an event, and so is not passed on. An event is said in many packets, all
   * with the time at which it began; its key is told with the first of them.
   *
   * @param packet of RTP, at least twelve octets; its position is its beginning
   */
  boolean takes(ByteBuffer packet) {
    int at = packet.position();
    if ((packet.get(at + 1) & 0x7F) != payload) {
      return false;
    }
    int event = at + HEADER + 4 * (packet.get(at) & SOURCES);
    if ((packet.get(at) & EXTENDED) != 0 && event + 4 <= packet.limit()) {
      event += 4 + 4 * (packet.getShort(event + 2) & 0xFFFF);
    }
    if (event + EVENT <= packet.limit()) {
      int began = packet.getInt(at + 4);
      int from = packet.getInt(at + 8);
      int key = packet.get(event) & 0xFF;
      if (key < KEYS.length() && !(begun && began == timestamp && from == source)) {
        begun = true;
        timestamp = began;
        source = from;
        pressed.accept(KEYS.charAt(key));
      }
    }
    return true;
  }
}
