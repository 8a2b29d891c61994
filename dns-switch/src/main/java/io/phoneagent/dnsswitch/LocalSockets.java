// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch;

import io.phoneagent.Transport;
import io.phoneagent.flow.FlowSource;
import io.phoneagent.runtime.Loop;
import io.phoneagent.spi.DatagramPort;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The UDP side of the signalling port. Bound to all addresses, it is one socket for each of them,
 * so that a phone is always answered from the very address it was assigned: a single socket would
 * answer from whichever address the kernel's routes prefer. What comes from one address to two of
 * them is two sources: whoever forges a phone's address moves nothing of the phone's. Owned by the
 * loop.
 */
final class LocalSockets implements AutoCloseable {

  /** Takes what arrives. */
  @FunctionalInterface
  interface Receiver {
    /** The source tells by which socket it came; the buffer is used again afterwards. */
    void received(ByteBuffer datagram, FlowSource from);
  }

  private final InetSocketAddress asked;
  private final List<DatagramPort> sockets = new ArrayList<>();

  /**
   * Binds.
   *
   * @throws IOException if one of the addresses cannot be bound
   */
  LocalSockets(Loop loop, InetSocketAddress bind, Receiver receiver) throws IOException {
    this(loop, bind, addresses(bind.getAddress()), receiver);
  }

  LocalSockets(Loop loop, InetSocketAddress bind, List<InetAddress> addresses, Receiver receiver)
      throws IOException {
    this.asked = bind;
    try {
      int port = bind.getPort();
      for (InetAddress address : addresses) {
        long place = sockets.size();
        sockets.add(
            loop.openDatagram(
                new InetSocketAddress(address, port),
                (data, from) ->
                    receiver.received(data, new FlowSource(Transport.UDP, from, place))));
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

  /** What was asked for, with the port that was bound. */
  InetSocketAddress local() {
    return new InetSocketAddress(asked.getAddress(), sockets.get(0).local().getPort());
  }

  /** Sends by the socket that the other side sends to. */
  void send(ByteBuffer datagram, FlowSource to) {
    sockets.get((int) to.connection()).send(datagram, to.address());
  }

  /** Whom nothing has come from yet, or not since the switch started: as it is likely to come. */
  FlowSource likeliest(InetSocketAddress from) {
    for (int place = 0; place < sockets.size(); place++) {
      InetAddress local = sockets.get(place).local().getAddress();
      if (local.isLoopbackAddress() == from.getAddress().isLoopbackAddress()) {
        return new FlowSource(Transport.UDP, from, place);
      }
    }
    return FlowSource.udp(from);
  }

  @Override
  public void close() {
    sockets.forEach(DatagramPort::close);
  }
}
