// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.phone;

import io.phoneagent.KeepAliveMode;
import io.phoneagent.Line;
import io.phoneagent.MacAddress;
import io.phoneagent.ReregistrationSchedule;
import io.phoneagent.Transport;
import io.phoneagent.spi.AddressProvider;
import io.phoneagent.spi.IdentityStore;
import io.phoneagent.spi.PublicAddressProbe;
import io.phoneagent.spi.PublicRanges;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What a telephone is told before it starts; {@link PhoneOptions} reads it from the flags. */
record PhoneSettings(
    Optional<URI> dnsSwitch,
    List<URI> registrars,
    Line line,
    Optional<MacAddress> mac,
    Transport transport,
    AddressProvider addressProvider,
    List<PublicAddressProbe> probes,
    ReregistrationSchedule schedule,
    boolean uniqueAddress,
    KeepAliveMode keepAliveMode,
    Optional<Duration> keepAlive,
    PublicRanges publicRanges,
    List<X509Certificate> authorities,
    IdentityStore identityStore,
    PhoneCalls.Habits habits) {}
