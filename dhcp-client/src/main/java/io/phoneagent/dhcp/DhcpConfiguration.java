// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dhcp;

import io.phoneagent.dhcpmessage.DhcpOptions;
import io.phoneagent.spi.AddressProvider;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;

/**
 * What a vendor has said about a device's DHCP client.
 *
 * @param interfaceName such as {@code eth0}
 * @param wanted options to ask for
 * @param said options to send
 * @param check before an address is used
 * @param link opens the interface
 * @param applier gives it the address
 * @param holder has the address, where DHCP is only to say what else there is
 * @param random for transaction ids; unpredictable for others
 */
record DhcpConfiguration(
    String interfaceName,
    Identity.Codes wanted,
    DhcpOptions said,
    AddressCheck check,
    LinkSocket.Opener link,
    LeaseApplier applier,
    Optional<AddressProvider> holder,
    Supplier<Random> random) {}
