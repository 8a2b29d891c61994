// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dhcpmessage;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Writes messages (RFC 2131, 2); long options in pieces (RFC 3396). */
public final class DhcpWriter {
  /** What BOOTP relays may take for granted (RFC 1542, 2.1). */
  private static final int SHORTEST = 300;

  private DhcpWriter() {}

  /** The message as UDP carries it, at least 300 octets. */
  public static byte[] write(DhcpMessage message) {
    ByteBuffer fields = ByteBuffer.allocate(DhcpReader.COOKIE_AT + 4);
    fields.put((byte) (message.fromServer() ? 2 : 1)).put((byte) 1).put((byte) 6).put((byte) 0);
    fields.putInt(message.xid()).putShort((short) message.secs());
    fields.putShort((short) (message.broadcast() ? 0x8000 : 0));
    fields.put(message.clientAddress().getAddress()).put(message.yourAddress().getAddress());
    fields.put(message.serverAddress().getAddress()).put(message.relayAddress().getAddress());
    fields.put(message.mac().octets());
    fields.putInt(DhcpReader.COOKIE_AT, DhcpReader.COOKIE);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(fields.array(), 0, fields.capacity());
    // The type first, as readers expect it.
    message
        .options()
        .octets(DhcpOptions.MESSAGE_TYPE)
        .ifPresent(value -> option(out, DhcpOptions.MESSAGE_TYPE, value));
    message
        .options()
        .values()
        .forEach(
            (code, value) -> {
              if (code != DhcpOptions.MESSAGE_TYPE && code != DhcpOptions.RELAY_AGENT) {
                option(out, code, value);
              }
            });
    // The relay agent looks for its own at the end (RFC 3046, 2.2).
    message
        .options()
        .octets(DhcpOptions.RELAY_AGENT)
        .ifPresent(value -> option(out, DhcpOptions.RELAY_AGENT, value));
    out.write(DhcpReader.END);
    return Arrays.copyOf(out.toByteArray(), Math.max(SHORTEST, out.size()));
  }

  private static void option(ByteArrayOutputStream out, int code, byte[] value) {
    int at = 0;
    do {
      int length = Math.min(255, value.length - at);
      out.write(code);
      out.write(length);
      out.write(value, at, length);
      at += length;
    } while (at < value.length);
  }
}
