// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.demo;

import io.phoneagent.examples.phone.PhoneCommand;
import io.phoneagent.runtime.NioLoop;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Optional;

/** {@code bin/phone} behind a {@link Firewall} of the demonstration. */
public final class PhoneBehindFirewall {
  private PhoneBehindFirewall() {}

  /**
   * Runs a phone.
   *
   * @param arguments where the firewall takes UDP and TCP, then the phone's own
   */
  public static void main(String[] arguments) {
    NioLoop loop = NioLoop.start("tunnel", Throwable::printStackTrace);
    TunnelNetwork network = new TunnelNetwork(loop, address(arguments[0]), address(arguments[1]));
    String[] own = Arrays.copyOfRange(arguments, 2, arguments.length);
    System.exit(PhoneCommand.run(Optional.of(network), own));
  }

  static String text(InetSocketAddress address) {
    return address.getAddress().getHostAddress() + ":" + address.getPort();
  }

  private static InetSocketAddress address(String text) {
    int colon = text.lastIndexOf(':');
    return new InetSocketAddress(
        text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
  }
}
