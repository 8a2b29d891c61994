// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/** A peer that is an address. */
record AddressPeer(InetSocketAddress address, String transport) implements SipPeer {
  @Override
  public String host() {
    InetAddress resolved = address.getAddress();
    String text = resolved == null ? address.getHostString() : resolved.getHostAddress();
    int zone = text.indexOf('%');
    return zone < 0 ? text : text.substring(0, zone);
  }

  @Override
  public int port() {
    return address.getPort();
  }

  @Override
  public String toString() {
    return transport + ' ' + Via.bracketed(host()) + ':' + port();
  }
}
