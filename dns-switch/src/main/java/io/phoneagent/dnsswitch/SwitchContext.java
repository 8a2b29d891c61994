// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch;

import io.netty.handler.ssl.SslContext;
import io.phoneagent.dnsswitch.account.AccountDirectory;
import io.phoneagent.dnsswitch.address.AddressPool;
import io.phoneagent.dnsswitch.place.PublicPlace;
import io.phoneagent.dnsswitch.registrar.Contacts;
import io.phoneagent.dnsswitch.registry.Registry;
import io.phoneagent.runtime.Loop;
import java.util.Optional;

/**
 * What the parts of one switch share.
 *
 * @param settings how it is set
 * @param loop the thread that owns flows and calls; listeners of the registry are told on it
 * @param accounts the accounts as they are now
 * @param registry who is registered
 * @param addresses the unique addresses
 * @param contacts where plain phones are reached
 * @param place where it is reached from outside
 * @param tls the switch's certificate; empty if it runs without
 */
record SwitchContext(
    SwitchSettings settings,
    Loop loop,
    AccountDirectory accounts,
    Registry registry,
    AddressPool addresses,
    Contacts contacts,
    PublicPlace place,
    Optional<SslContext> tls) {}
