// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.demo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.Buffer;
import java.nio.ByteBuffer;

/**
 * A datagram between a phone and its firewall: the far end's IPv4 address and port, then the
 * payload.
 *
 * @param remote the far end: whom it is for, or whom it is from
 * @param payload what it carries
 */
record Tunnelled(InetSocketAddress remote, ByteBuffer payload) {
  private static final int HEADER = 6;

  static Tunnelled read(ByteBuffer datagram) throws IOException {
    if (datagram.remaining() < HEADER) {
      throw new IOException("a tunnelled datagram has at least " + HEADER + " octets");
    }
    byte[] address = new byte[4];
    datagram.get(address);
    int port = datagram.getShort() & 0xFFFF;
    return new Tunnelled(new InetSocketAddress(host(address), port), datagram.slice());
  }

  private static InetAddress host(byte[] address) {
    try {
      return InetAddress.getByAddress(address);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("four octets are an address", e);
    }
  }

  ByteBuffer write() {
    ByteBuffer out = ByteBuffer.allocate(HEADER + payload.remaining());
    out.put(remote.getAddress().getAddress()).putShort((short) remote.getPort());
    out.put(payload.duplicate());
    ((Buffer) out).flip();
    return out;
  }
}
