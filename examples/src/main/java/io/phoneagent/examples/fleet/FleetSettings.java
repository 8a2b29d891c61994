// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.fleet;

import io.phoneagent.Transport;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What a fleet is told before it starts; {@link FleetOptions} reads it from the flags. */
record FleetSettings(
    int phones,
    long firstNumber,
    String secret,
    URI dnsSwitch,
    List<X509Certificate> authorities,
    Transport transport,
    Duration ramp,
    Duration checkInterval,
    int httpThreads,
    double callsPerSecond,
    Duration callTime,
    Optional<Duration> duration) {

  /** The number of a phone, counted from 0. */
  String number(int index) {
    return "+" + (firstNumber + index);
  }
}
