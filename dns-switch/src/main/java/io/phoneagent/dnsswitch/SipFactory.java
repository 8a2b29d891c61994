// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.DatagramChannel;

/** Makes {@link SipSignalling}, and looks at its UDP port before the rest of the switch starts. */
final class SipFactory implements Signalling.Factory {
  private static final byte[] ANY = new byte[4];

  @Override
  public void requireFree(InetSocketAddress address) throws IOException {
    if (address.getPort() == 0) {
      return;
    }
    InetAddress host = address.getAddress();
    boolean six = host instanceof Inet6Address && !host.isAnyLocalAddress();
    // All addresses are those of IPv4: see LocalSockets.
    InetAddress bind = host.isAnyLocalAddress() ? InetAddress.getByAddress(ANY) : host;
    try (DatagramChannel port =
        DatagramChannel.open(six ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET)) {
      port.bind(new InetSocketAddress(bind, address.getPort()));
    }
  }

  @Override
  public Signalling start(SwitchContext context) throws IOException {
    return new SipSignalling(context);
  }
}
