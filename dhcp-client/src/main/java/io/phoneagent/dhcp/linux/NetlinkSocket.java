// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dhcp.linux;

import com.sun.jna.LastErrorException;
import com.sun.jna.Memory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A socket to the kernel's routing. For one thread at a time. */
final class NetlinkSocket implements AutoCloseable {
  private static final int ROUTE = 0;
  private static final int LINKS_AND_ADDRESSES = 0x11;
  // The kernel answers within a millisecond.
  private static final int PATIENCE_MILLIS = 1_000;

  private final int socket;
  private final Received received = new Received();
  private int sequence;

  private NetlinkSocket(int socket) {
    this.socket = socket;
  }

  /**
   * Opens one.
   *
   * @param watching whether it is told of every change of an interface and its IPv4 addresses
   */
  static NetlinkSocket open(boolean watching) throws IOException {
    int socket = -1;
    try {
      socket =
          Libc.socket(
              Libc.AF_NETLINK, Libc.SOCK_RAW | Libc.SOCK_CLOEXEC | Libc.SOCK_NONBLOCK, ROUTE);
      Memory address = Libc.zeroed(12);
      address.setShort(0, (short) Libc.AF_NETLINK);
      address.setInt(8, watching ? LINKS_AND_ADDRESSES : 0);
      Libc.bind(socket, address, 12);
      return new NetlinkSocket(socket);
    } catch (LastErrorException e) {
      Libc.closeQuietly(socket);
      throw Libc.failed("the kernel's routing cannot be asked", e);
    }
  }

  int file() {
    return socket;
  }

  /** A request of this type, to be completed. */
  Netlink.Writer request(int type, int flags) {
    return new Netlink.Writer(type, flags, ++sequence);
  }

  /** What has come in without being asked for. */
  List<Netlink.Message> waiting() {
    List<Netlink.Message> all = new ArrayList<>();
    for (Optional<byte[]> one = received.next(socket);
        one.isPresent();
        one = received.next(socket)) {
      all.addAll(Netlink.read(one.get()));
    }
    return all;
  }

  /** Whether the kernel has dropped some of what was to be told, since this was last asked. */
  boolean overrun() {
    return received.overrun();
  }

  void send(Netlink.Writer request) throws IOException {
    byte[] octets = request.octets();
    Memory memory = new Memory(octets.length);
    memory.write(0, octets, 0, octets.length);
    Memory kernel = Libc.zeroed(12);
    kernel.setShort(0, (short) Libc.AF_NETLINK);
    try {
      Libc.sendto(socket, memory, new NativeSize(octets.length), 0, kernel, 12);
    } catch (LastErrorException e) {
      throw Libc.failed("the kernel's routing cannot be asked", e);
    }
  }

  /**
   * Asks and waits for the answer.
   *
   * @return the error number; 0 for success
   */
  int ask(Netlink.Writer request) throws IOException {
    send(request);
    while (true) {
      await();
      for (Netlink.Message message : waiting()) {
        if (message.sequence() == sequence && message.type() == Netlink.ERROR) {
          return message.error();
        }
      }
    }
  }

  /** All interfaces there are. */
  List<Netlink.Link> links() throws IOException {
    send(request(Netlink.GET_LINK, Netlink.DUMP).link(0));
    List<Netlink.Link> links = new ArrayList<>();
    while (true) {
      await();
      for (Netlink.Message message : waiting()) {
        if (message.sequence() == sequence
            && (message.type() == Netlink.DONE || message.type() == Netlink.ERROR)) {
          return links;
        }
        message.link().ifPresent(links::add);
      }
    }
  }

  private void await() throws IOException {
    Memory set = Libc.zeroed(8);
    set.setInt(0, socket);
    set.setShort(4, Libc.POLLIN);
    try {
      if (Libc.poll(set, new NativeSize(1), PATIENCE_MILLIS) == 0) {
        throw new IOException("the kernel's routing does not answer");
      }
    } catch (LastErrorException e) {
      if (e.getErrorCode() != Libc.EINTR) {
        throw Libc.failed("the kernel's routing does not answer", e);
      }
    }
  }

  @Override
  public void close() {
    Libc.closeQuietly(socket);
  }
}
