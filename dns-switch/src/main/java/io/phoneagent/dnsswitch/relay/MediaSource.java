// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.relay;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;

/** From where a leg's media is taken, and where it is sent. */
public sealed interface MediaSource {

  /**
   * An agent: whoever proves with the leg's ICE password that it is the phone (RFC 8445). The path
   * follows the latest proof, so that a call outlives a change of address.
   */
  record Proven() implements MediaSource {}

  /**
   * A plain phone: any port of the address that its signalling comes from. The first packet
   * decides, with its SSRC (RFC 3550, section 5.1), until the next offer.
   *
   * @param stated where to send until then, if it says so itself
   */
  record FirstFrom(InetAddress address, Optional<InetSocketAddress> stated)
      implements MediaSource {}

  /** A trunk: exactly what its session description says, once it has said it. */
  record Stated(Optional<InetSocketAddress> address) implements MediaSource {}
}
