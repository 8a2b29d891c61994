// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import io.phoneagent.spi.AddressContext;
import io.phoneagent.spi.AddressProvider;
import io.phoneagent.spi.AddressSource;

/** A device that has {@link Samples#LEASE} and keeps it. */
final class FixedAddress implements AddressProvider {
  @Override
  public String id() {
    return "fixed";
  }

  @Override
  public AddressSource create(AddressContext context) {
    return new AddressSource() {
      @Override
      public void start(Listener listener) {
        listener.leased(Samples.LEASE, "eth0 has 192.168.1.100");
      }

      @Override
      public void close() {
        // Nothing is watched.
      }
    };
  }
}
