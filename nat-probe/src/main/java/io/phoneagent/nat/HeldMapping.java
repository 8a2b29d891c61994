// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import io.phoneagent.spi.DatagramPort;
import io.phoneagent.spi.ProbeContext;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.Random;

/**
 * The one mapping that questions by PCP to one gateway ask for, each time by the same name: so
 * whatever is lost, the gateway holds no second one of ours. Its port is held by a socket that
 * hears nothing, so that the mapping leads to no program of this device.
 */
final class HeldMapping {
  private final ProbeContext context;
  private final Random random;
  private Optional<MappingName> name = Optional.empty();
  private Optional<MappingName> leftBehind = Optional.empty();
  private Optional<DatagramPort> socket = Optional.empty();

  HeldMapping(ProbeContext context, Random random) {
    this.context = context;
    this.random = random;
  }

  /**
   * Its name; the port is held from now on.
   *
   * @param own the address that is mapped to
   * @throws IOException if no port can be had
   */
  MappingName hold(Inet4Address own) throws IOException {
    if (socket.isPresent() && socket.get().local().getAddress().equals(own)) {
      return name.get();
    }
    letGo();
    socket = Optional.of(open(own));
    int port = socket.get().local().getPort();
    if (!name.isPresent() || name.get().internalPort() != port) {
      leftBehind = name;
      name = Optional.of(MappingName.next(random, port));
    }
    return name.get();
  }

  /** The port it had before, unless another program has taken it meanwhile. */
  private DatagramPort open(Inet4Address own) throws IOException {
    if (name.isPresent()) {
      try {
        return openAt(own, name.get().internalPort());
      } catch (IOException e) {
        return openAt(own, 0);
      }
    }
    return openAt(own, 0);
  }

  private DatagramPort openAt(Inet4Address own, int port) throws IOException {
    return context.network().openDatagram(new InetSocketAddress(own, port), (data, from) -> {});
  }

  /** One whose port is another program's now, to be deleted; told once. */
  Optional<MappingName> leftBehind() {
    Optional<MappingName> left = leftBehind;
    leftBehind = Optional.empty();
    return left;
  }

  /** Closes the socket; the name is kept. */
  void letGo() {
    socket.ifPresent(DatagramPort::close);
    socket = Optional.empty();
  }
}
