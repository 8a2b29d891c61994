// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dhcp.linux;

import io.phoneagent.InvalidSettingException;
import io.phoneagent.MacAddress;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Messages of rtnetlink, in the machine's order of octets. Without I/O. */
final class Netlink {
  static final int ERROR = 2;
  static final int DONE = 3;
  static final int NEW_LINK = 16;
  static final int DEL_LINK = 17;
  static final int GET_LINK = 18;
  static final int NEW_ADDRESS = 20;
  static final int DEL_ADDRESS = 21;
  static final int NEW_ROUTE = 24;
  static final int DEL_ROUTE = 25;

  static final int REQUEST = 0x1;
  static final int ACKNOWLEDGE = 0x4;
  static final int REPLACE = 0x100;
  static final int DUMP = 0x300;
  static final int CREATE = 0x400;
  static final int APPEND = 0x800;

  private static final int HEADER = 16;
  private static final int LINK_HEADER = 16;
  private static final int ATTRIBUTE_HEADER = 4;
  private static final int ADDRESS_HEADER = 8;
  private static final int NAME = 3;
  private static final int MTU = 4;
  private static final int LOCAL = 2;
  private static final int ADDRESS = 1;
  private static final int ETHERNET = 1;
  private static final int SWITCHED_ON = 0x1;
  private static final int CARRIER = 0x10000;

  private Netlink() {}

  /** A message as it comes in. */
  static final class Message {
    private final int type;
    private final int sequence;
    private final byte[] body;

    private Message(int type, int sequence, byte[] body) {
      this.type = type;
      this.sequence = sequence;
      this.body = body;
    }

    int type() {
      return type;
    }

    /** That of the request which it answers; 0 if it answers none. */
    int sequence() {
      return sequence;
    }

    /** The error of an acknowledgement; 0 for success. */
    int error() {
      return body.length < 4 ? 0 : -order(body).getInt(0);
    }

    /** The IPv4 address that it tells an interface has lost; empty if it tells something else. */
    Optional<Gone> gone() {
      if (type != DEL_ADDRESS || body.length < ADDRESS_HEADER || body[0] != Libc.AF_INET) {
        return Optional.empty();
      }
      byte[] octets = attributes(body, ADDRESS_HEADER).getOrDefault(LOCAL, new byte[0]);
      try {
        return octets.length == 4
            ? Optional.of(
                new Gone(order(body).getInt(4), (Inet4Address) InetAddress.getByAddress(octets)))
            : Optional.empty();
      } catch (UnknownHostException e) {
        return Optional.empty(); // not with four octets
      }
    }

    /** What it tells of an interface; empty if it is about something else, or too short. */
    Optional<Link> link() {
      if ((type != NEW_LINK && type != DEL_LINK) || body.length < LINK_HEADER) {
        return Optional.empty();
      }
      ByteBuffer in = order(body);
      Map<Integer, byte[]> attributes = attributes(body, LINK_HEADER);
      byte[] name = attributes.getOrDefault(NAME, new byte[0]);
      int length = name.length;
      while (length > 0 && name[length - 1] == 0) {
        length--;
      }
      int flags = in.getInt(8);
      return Optional.of(
          new Link(
              in.getInt(4),
              new String(name, 0, length, StandardCharsets.UTF_8),
              number(attributes.getOrDefault(MTU, new byte[0])),
              in.getShort(2) == ETHERNET
                  ? mac(attributes.getOrDefault(ADDRESS, new byte[0]))
                  : Optional.empty(),
              type == NEW_LINK,
              (flags & SWITCHED_ON) != 0,
              (flags & CARRIER) != 0));
    }
  }

  /**
   * An address that an interface has lost.
   *
   * @param index the interface's
   */
  record Gone(int index, Inet4Address address) {}

  /**
   * An interface.
   *
   * @param mtu the largest packet it takes, in octets; 0 if that is not told
   * @param mac its own; empty if it is no Ethernet
   * @param there false if it has just gone
   */
  record Link(
      int index,
      String name,
      int mtu,
      Optional<MacAddress> mac,
      boolean there,
      boolean on,
      boolean carrier) {
    boolean up() {
      return there && on && carrier;
    }

    String whyDown() {
      if (!there) {
        return "the interface " + name + " is gone";
      }
      return on
          ? "the link of " + name + " is down"
          : "the interface " + name + " is switched off: ip link set " + name + " up";
    }
  }

  private static Optional<MacAddress> mac(byte[] octets) {
    try {
      return octets.length == 6 ? Optional.of(MacAddress.of(octets)) : Optional.empty();
    } catch (InvalidSettingException e) {
      return Optional.empty(); // all zero, or a group's
    }
  }

  private static int number(byte[] octets) {
    return octets.length < 4 ? 0 : order(octets).getInt(0);
  }

  private static ByteBuffer order(byte[] octets) {
    return ByteBuffer.wrap(octets).order(ByteOrder.nativeOrder());
  }

  private static int aligned(int length) {
    return (length + 3) & ~3;
  }

  /** All messages of a datagram; what is cut off at its end is left out. */
  static List<Message> read(byte[] datagram) {
    List<Message> messages = new ArrayList<>();
    ByteBuffer in = order(datagram);
    int at = 0;
    while (at + HEADER <= datagram.length) {
      int length = in.getInt(at);
      if (length < HEADER || length > datagram.length - at) {
        return messages;
      }
      byte[] body = new byte[length - HEADER];
      System.arraycopy(datagram, at + HEADER, body, 0, body.length);
      messages.add(new Message(Short.toUnsignedInt(in.getShort(at + 4)), in.getInt(at + 8), body));
      at += aligned(length);
    }
    return messages;
  }

  private static Map<Integer, byte[]> attributes(byte[] body, int from) {
    Map<Integer, byte[]> attributes = new HashMap<>();
    ByteBuffer in = order(body);
    int at = from;
    while (at + ATTRIBUTE_HEADER <= body.length) {
      int length = Short.toUnsignedInt(in.getShort(at));
      if (length < ATTRIBUTE_HEADER || length > body.length - at) {
        return attributes;
      }
      byte[] value = new byte[length - ATTRIBUTE_HEADER];
      System.arraycopy(body, at + ATTRIBUTE_HEADER, value, 0, value.length);
      attributes.put(in.getShort(at + 2) & 0x3fff, value);
      at += aligned(length);
    }
    return attributes;
  }

  /** Puts a request together. */
  static final class Writer {
    private final ByteBuffer out = ByteBuffer.allocate(256).order(ByteOrder.nativeOrder());

    /**
     * Begins one.
     *
     * @param flags {@link #REQUEST} is added
     */
    Writer(int type, int flags, int sequence) {
      out.putInt(0).putShort((short) type).putShort((short) (flags | REQUEST));
      out.putInt(sequence).putInt(0);
    }

    /** The part that all requests about interfaces have; index 0 for all of them. */
    Writer link(int index) {
      out.put((byte) 0).put((byte) 0).putShort((short) 0).putInt(index).putInt(0).putInt(0);
      return this;
    }

    /** The part that all requests about addresses have. */
    Writer address(int prefixLength, int scope, int index) {
      out.put((byte) 2).put((byte) prefixLength).put((byte) 0).put((byte) scope).putInt(index);
      return this;
    }

    /** The part that all requests about routes have; in the main table, made by DHCP. */
    Writer route(int prefixLength, int scope, int flags) {
      out.put((byte) 2).put((byte) prefixLength).put((byte) 0).put((byte) 0);
      out.put((byte) 254).put((byte) 16).put((byte) scope).put((byte) 1).putInt(flags);
      return this;
    }

    Writer attribute(int type, byte[] value) {
      out.putShort((short) (ATTRIBUTE_HEADER + value.length)).putShort((short) type).put(value);
      while (out.position() % 4 != 0) {
        out.put((byte) 0);
      }
      return this;
    }

    Writer attribute(int type, int value) {
      byte[] octets = new byte[4];
      order(octets).putInt(value);
      return attribute(type, octets);
    }

    byte[] octets() {
      byte[] octets = new byte[out.position()];
      out.putInt(0, octets.length);
      System.arraycopy(out.array(), 0, octets, 0, octets.length);
      return octets;
    }
  }
}
