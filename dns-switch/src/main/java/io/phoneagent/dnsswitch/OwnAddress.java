// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.util.Collections;
import java.util.Optional;

/** An address under which other machines reach this one. */
final class OwnAddress {
  private OwnAddress() {}

  /** The first IPv4 address of an interface that is up, loopback's only where there is no other. */
  static InetAddress ofThisMachine() throws IOException {
    Optional<InetAddress> loopback = Optional.empty();
    for (NetworkInterface each : Collections.list(NetworkInterface.getNetworkInterfaces())) {
      for (InetAddress address : Collections.list(each.getInetAddresses())) {
        if (!each.isUp() || !(address instanceof Inet4Address)) {
          continue;
        }
        if (!address.isLoopbackAddress()) {
          return address;
        }
        loopback = Optional.of(address);
      }
    }
    return loopback.orElseThrow(
        () -> new IOException("this machine has no IPv4 address; give one with --advertise"));
  }
}
