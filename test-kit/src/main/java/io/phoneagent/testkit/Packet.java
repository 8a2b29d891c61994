// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.testkit;

import java.nio.ByteBuffer;

/**
 * What travels through a virtual network.
 *
 * @param kind a datagram, or what a TCP segment does
 * @param data its payload
 */
record Packet(Kind kind, ByteBuffer data) {

  /** What it is. */
  enum Kind {
    DATAGRAM,
    /** Asks for a connection. */
    OPEN,
    /** The connection is granted. */
    OPENED,
    DATA,
    /** The sender has closed it. */
    END,
    /** The sender knows no such connection. */
    RESET
  }

  /** A packet with a copy of these octets. */
  static Packet of(Kind kind, ByteBuffer data) {
    ByteBuffer copy = ByteBuffer.allocate(data.remaining()).put(data).flip();
    return new Packet(kind, copy.asReadOnlyBuffer());
  }

  static Packet of(Kind kind) {
    return of(kind, ByteBuffer.allocate(0));
  }

  int length() {
    return data.remaining();
  }

  /** Its octets, to be read once. */
  ByteBuffer octets() {
    return ByteBuffer.allocate(data.remaining()).put(data.duplicate()).flip();
  }

  boolean isTcp() {
    return kind != Kind.DATAGRAM;
  }
}
