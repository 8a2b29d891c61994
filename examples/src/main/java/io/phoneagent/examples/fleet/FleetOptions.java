// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.fleet;

import io.phoneagent.InvalidSettingException;
import io.phoneagent.PhoneNumber;
import io.phoneagent.examples.phone.Certificates;
import io.phoneagent.examples.phone.DurationText;
import io.phoneagent.examples.phone.SecretText;
import io.phoneagent.examples.phone.TransportText;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags of {@code bin/fleet}. */
final class FleetOptions {
  private static final double MOST_CALLS = 1_000;

  @Option(names = "--phones", paramLabel = "N", description = "how many, up to 50000")
  private int phones;

  @Option(names = "--switch", paramLabel = "URL", description = "the DNS switch, https://HOST:PORT")
  private @Nullable String dnsSwitch;

  @Option(
      names = "--first-number",
      paramLabel = "N",
      description = "+15551000000; the others follow it")
  private @Nullable String firstNumber;

  @Option(names = "--secret", paramLabel = "S", description = "of all the accounts")
  private @Nullable String secret;

  @Option(names = "--secret-file", paramLabel = "FILE", description = "a file that holds it")
  private @Nullable Path secretFile;

  @Option(
      names = "--ca",
      paramLabel = "FILE",
      description = "PEM certificates to trust for the switch, instead of the system's")
  private @Nullable Path ca;

  @Option(names = "--transport", paramLabel = "udp|tcp|tls", description = "of the flows (udp)")
  private String transport = "udp";

  @Option(
      names = "--ramp",
      paramLabel = "TIME",
      description = "they start one after the other over this time (0s: all at once)")
  private String ramp = "0s";

  @Option(
      names = "--check-every",
      paramLabel = "TIME",
      description = "how often each looks at its public address (1s)")
  private String checkEvery = "1s";

  @Option(
      names = "--http-threads",
      paramLabel = "N",
      description = "questions to the switch at a time, of all together, 2 to 1000 (64)")
  private int httpThreads = 64;

  @Option(
      names = "--calls-per-second",
      paramLabel = "R",
      description = "from one phone of the fleet to another (0)")
  private double callsPerSecond;

  @Option(names = "--call-time", paramLabel = "TIME", description = "of an answered call (3s)")
  private String callTime = "3s";

  @Option(
      names = "--duration",
      paramLabel = "TIME",
      description = "ends after this time; else on SIGTERM or SIGINT")
  private @Nullable String duration;

  /**
   * What the flags say.
   *
   * @throws InvalidSettingException if they cannot be followed; says how to mend it
   */
  FleetSettings settings() {
    if (phones < 1 || phones > MadeUpDevice.MOST) {
      throw new InvalidSettingException(
          "--phones", phones + " is not from 1 to " + MadeUpDevice.MOST);
    }
    if (!(callsPerSecond >= 0 && callsPerSecond <= MOST_CALLS)) {
      throw new InvalidSettingException("--calls-per-second", "is not from 0 to " + MOST_CALLS);
    }
    return new FleetSettings(
        phones,
        number(),
        SecretText.read("--secret", Optional.ofNullable(secret), Optional.ofNullable(secretFile)),
        uri(),
        ca == null ? List.of() : Certificates.read("--ca", ca),
        TransportText.parse("--transport", transport),
        DurationText.parse("--ramp", ramp),
        DurationText.parse("--check-every", checkEvery),
        httpThreads,
        callsPerSecond,
        DurationText.parse("--call-time", callTime),
        Optional.ofNullable(duration).map(d -> DurationText.parse("--duration", d)));
  }

  private long number() {
    if (firstNumber == null || !PhoneNumber.isE164(firstNumber)) {
      throw new InvalidSettingException(
          "--first-number",
          (firstNumber == null ? "is missing" : "'" + firstNumber + "' is no number in E.164")
              + "; write it like +15551000000");
    }
    long first = Long.parseLong(firstNumber.substring(1));
    if (!PhoneNumber.isE164("+" + (first + phones - 1))) {
      throw new InvalidSettingException(
          "--first-number", "leaves no room for " + phones + " numbers; give a lower one");
    }
    return first;
  }

  private URI uri() {
    if (dnsSwitch == null) {
      throw new InvalidSettingException("--switch", "is missing; write it like https://HOST:8443");
    }
    try {
      return URI.create(dnsSwitch);
    } catch (IllegalArgumentException e) {
      throw new InvalidSettingException(
          "--switch", "'" + dnsSwitch + "' is no address; write it like https://HOST:8443");
    }
  }
}
