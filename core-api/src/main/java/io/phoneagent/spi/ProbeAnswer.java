// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.spi;

import java.net.InetAddress;

/** What a source said of the public address. */
public sealed interface ProbeAnswer {

  /** That address, as what it counts; 0.0.0.0 is what a firewall says whose line is down. */
  static ProbeAnswer of(InetAddress address, PublicRanges ranges) {
    if (address.isAnyLocalAddress()) {
      return new Nothing("it has no address, only " + address.getHostAddress());
    }
    return ranges.isPublic(address) ? new Found(address) : new NotPublic(address);
  }

  /** For people to read. */
  String said();

  /** An address that counts as public. */
  record Found(InetAddress address) implements ProbeAnswer {
    @Override
    public String said() {
      return address.getHostAddress();
    }
  }

  /** An address that does not: there is another router outside. */
  record NotPublic(InetAddress address) implements ProbeAnswer {
    @Override
    public String said() {
      return address.getHostAddress() + " is no public address; is there another router outside?";
    }
  }

  /** Somebody else has answered in the source's place, as a captive portal does. */
  record Intercepted(String why) implements ProbeAnswer {
    @Override
    public String said() {
      return why;
    }
  }

  /** Nothing that could be used, and why. */
  record Nothing(String why) implements ProbeAnswer {
    @Override
    public String said() {
      return why;
    }
  }
}
