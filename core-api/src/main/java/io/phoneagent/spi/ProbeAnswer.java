// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.spi;

import java.net.InetAddress;

/** What a source said of the public address. */
public sealed interface ProbeAnswer {

  /** That address if it counts as public, or else nothing. */
  static ProbeAnswer of(InetAddress address, PublicRanges ranges) {
    return ranges.isPublic(address)
        ? new Found(address)
        : new Nothing(
            address.getHostAddress() + " is no public address; is there another router outside?");
  }

  /** An address that counts as public. */
  record Found(InetAddress address) implements ProbeAnswer {}

  /** Nothing that could be used, and why. */
  record Nothing(String why) implements ProbeAnswer {}
}
