// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

/**
 * What a WAN service says by itself.
 *
 * @param first whether it is the one that each subscription begins with, changed or not
 * @param address the public address, as it says it; empty if it says none
 * @param status of the connection; empty if it says none
 * @param mappings how many it holds, as it says it; empty if it does not say
 */
record IgdEvent(boolean first, String address, String status, String mappings) {

  /** Whether it comes because a host of the network has made or ended a mapping. */
  boolean isOfMapping(IgdEvent before) {
    return !mappings.equals(before.mappings)
        && address.equals(before.address)
        && status.equals(before.status);
  }

  /** For the timeline. */
  String shown() {
    return address.isEmpty()
        ? "UPnP announced that the connection is " + GatewayUri.shown(status)
        : "UPnP announced "
            + (address.matches("[0-9A-Fa-f:.]{2,45}") ? address : GatewayUri.shown(address));
  }
}
