// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.place;

import java.io.IOException;
import java.net.InetAddress;

/** Takes updates of one name. */
@FunctionalInterface
public interface NameServer {

  /**
   * Has the name lead to this address and no other of its family; blocks, some seconds at most.
   *
   * @throws IOException if the server does not answer, or refuses; its message is for people
   */
  void lead(InetAddress address) throws IOException;
}
