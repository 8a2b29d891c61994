// SPDX-License-Identifier: Apache-2.0
package io.phoneagent;

import io.phoneagent.spi.AddressContext;
import io.phoneagent.spi.AddressProvider;
import io.phoneagent.spi.AddressSource;
import io.phoneagent.spi.OperatingSystemAddresses;

/** Stands for the built-in provider, which lives in another module. */
public final class NoOperatingSystem implements OperatingSystemAddresses {

  /** For the service loader. */
  public NoOperatingSystem() {}

  @Override
  public AddressProvider any() {
    return new AddressProvider() {
      @Override
      public String id() {
        return "built-in";
      }

      @Override
      public AddressSource create(AddressContext context) {
        throw new UnsupportedOperationException();
      }
    };
  }

  @Override
  public AddressProvider of(String interfaceName) {
    throw new UnsupportedOperationException();
  }
}
