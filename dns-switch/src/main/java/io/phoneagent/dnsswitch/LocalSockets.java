// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch;

import io.phoneagent.runtime.Loop;
import io.phoneagent.spi.DatagramPort;
import io.phoneagent.spi.DatagramReceiver;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The UDP side of the signalling port. Bound to all addresses, it is one socket for each of them,
 * so that a phone is always answered from the very address it was assigned: a single socket would
 * answer from whichever address the kernel's routes prefer. Owned by the loop.
 */
final class LocalSockets implements AutoCloseable {
  // Whom a packet came from last, by which socket; 64,000 phones on a host of many addresses.
  private static final int MOST_REMEMBERED = 65_536;

  private final InetSocketAddress asked;
  private final List<DatagramPort> sockets = new ArrayList<>();
  private final Map<InetSocketAddress, DatagramPort> arrivedBy =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<InetSocketAddress, DatagramPort> eldest) {
          return size() > MOST_REMEMBERED;
        }
      };

  /**
   * Binds.
   *
   * @throws IOException if one of the addresses cannot be bound
   */
  LocalSockets(Loop loop, InetSocketAddress bind, DatagramReceiver receiver) throws IOException {
    this.asked = bind;
    try {
      int port = bind.getPort();
      for (InetAddress address : addresses(bind.getAddress())) {
        sockets.add(open(loop, new InetSocketAddress(address, port), receiver));
        port = sockets.get(0).local().getPort();
      }
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  /** Loopback's last: what has no better way goes out of the first. */
  private static List<InetAddress> addresses(InetAddress bind) throws IOException {
    if (!bind.isAnyLocalAddress()) {
      return List.of(bind);
    }
    List<InetAddress> found = new ArrayList<>();
    List<InetAddress> loopback = new ArrayList<>();
    for (NetworkInterface each : Collections.list(NetworkInterface.getNetworkInterfaces())) {
      for (InetAddress address : Collections.list(each.getInetAddresses())) {
        if (each.isUp() && address instanceof Inet4Address) {
          (address.isLoopbackAddress() ? loopback : found).add(address);
        }
      }
    }
    found.addAll(loopback);
    // No address at all yet: whatever comes later is heard all the same.
    return found.isEmpty() ? List.of(bind) : found;
  }

  private DatagramPort open(Loop loop, InetSocketAddress local, DatagramReceiver receiver)
      throws IOException {
    DatagramPort[] self = new DatagramPort[1];
    DatagramPort opened =
        loop.openDatagram(
            local,
            (data, from) -> {
              DatagramPort socket = self[0];
              if (socket != null && sockets.size() > 1) {
                arrivedBy.put(from, socket);
              }
              receiver.received(data, from);
            });
    loop.execute(() -> self[0] = opened);
    return opened;
  }

  /** What was asked for, with the port that was bound. */
  InetSocketAddress local() {
    return new InetSocketAddress(asked.getAddress(), sockets.get(0).local().getPort());
  }

  /** Sends from the address that the other side last sent to. */
  void send(ByteBuffer datagram, InetSocketAddress to) {
    DatagramPort known = arrivedBy.get(to);
    (known == null ? likeliest(to) : known).send(datagram, to);
  }

  private DatagramPort likeliest(InetSocketAddress to) {
    for (DatagramPort socket : sockets) {
      if (socket.local().getAddress().isLoopbackAddress() == to.getAddress().isLoopbackAddress()) {
        return socket;
      }
    }
    return sockets.get(0);
  }

  @Override
  public void close() {
    sockets.forEach(DatagramPort::close);
  }
}
