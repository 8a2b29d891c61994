// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.runtime;

import io.phoneagent.InvalidSettingException;
import io.phoneagent.spi.AddressContext;
import io.phoneagent.spi.AddressProvider;
import io.phoneagent.spi.AddressSource;
import io.phoneagent.spi.OperatingSystemAddresses;
import java.util.Optional;

/** Addresses that the operating system holds. */
public final class SystemAddresses implements OperatingSystemAddresses {

  /** For the service loader. */
  public SystemAddresses() {}

  @Override
  public AddressProvider any() {
    return provider(Optional.empty());
  }

  @Override
  public AddressProvider of(String interfaceName) {
    if (!interfaceName.matches("[^\\s/]{1,64}")) {
      throw new InvalidSettingException(
          "interface", "'" + interfaceName + "' is no interface's name; write it like eth0");
    }
    return provider(Optional.of(interfaceName));
  }

  private static AddressProvider provider(Optional<String> interfaceName) {
    return new AddressProvider() {
      @Override
      public String id() {
        return "os";
      }

      @Override
      public AddressSource create(AddressContext context) {
        return new SystemAddressSource(
            context,
            () ->
                context.shared(
                    WatchedInterface.class,
                    interfaceName.orElse(""),
                    () -> new WatchedInterface(() -> InterfaceAddresses.look(interfaceName))));
      }
    };
  }
}
