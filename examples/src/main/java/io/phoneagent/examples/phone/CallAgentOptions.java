// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.phone;

import io.phoneagent.InvalidSettingException;
import io.phoneagent.mgcp.GatewayOptions;
import io.phoneagent.mgcp.NotifiedEntity;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;

/** The flags of {@code bin/phone} for a call agent of others, by MGCP. */
final class CallAgentOptions {
  @Option(
      names = "--call-agent",
      paramLabel = "HOST:PORT",
      description = "who controls the phone by MGCP over UDP, instead of a switch (port 2727)")
  private @Nullable String callAgent;

  @Option(
      names = "--gateway",
      paramLabel = "NAME",
      description = "what it is called there: aaln/1@NAME (its address in brackets)")
  private @Nullable String gateway;

  @Option(
      names = "--mgcp-port",
      paramLabel = "PORT",
      description = "the phone's own UDP port, such as 2427 (any that is free)")
  private @Nullable Integer port;

  @Option(
      names = "--mgcp-profile",
      paramLabel = "NAME",
      description = "what it speaks beside MGCP 1.0, such as 'NCS 1.0' (what the call agent does)")
  private @Nullable String profile;

  /** All that says something of a phone with a call agent. */
  private static final Set<String> GOES_WITH =
      Set.of(
          "--call-agent",
          "--gateway",
          "--mgcp-port",
          "--mgcp-profile",
          "--protocol",
          "--interface",
          "--play",
          "--record",
          "--help",
          "--version");

  boolean given() {
    return callAgent != null;
  }

  /** Refuses what goes with a call agent alone. */
  void refuseWithoutCallAgent() {
    refuseWithoutCallAgent("--gateway", gateway != null);
    refuseWithoutCallAgent("--mgcp-port", port != null);
    refuseWithoutCallAgent("--mgcp-profile", profile != null);
  }

  private static void refuseWithoutCallAgent(String flag, boolean given) {
    if (given) {
      throw new InvalidSettingException(flag, "is for --call-agent; give that or leave it out");
    }
  }

  /** Refuses what would do nothing. */
  static void refuseWithCallAgent(List<OptionSpec> given) {
    for (OptionSpec one : given) {
      if (!GOES_WITH.contains(one.longestName())) {
        throw new InvalidSettingException(
            one.longestName(), "does not go with --call-agent; leave one of them out");
      }
    }
  }

  /** Its own UDP port; 0 for any that is free. */
  int port() {
    if (port == null) {
      return 0;
    }
    if (port < 1 || port > 65_535) {
      throw new InvalidSettingException(
          "--mgcp-port", port + " is no port; give one from 1 to 65535, such as 2427");
    }
    return port;
  }

  /** Empty for none. */
  String profile() {
    if (profile == null) {
      return "";
    }
    try {
      return GatewayOptions.of("x").inProfile(profile).profile();
    } catch (IllegalArgumentException e) {
      throw new InvalidSettingException(
          "--mgcp-profile", "'" + profile + "' is no profile; write it like 'NCS 1.0'");
    }
  }

  NotifiedEntity callAgent() {
    String text = String.valueOf(callAgent);
    return NotifiedEntity.parse(text)
        .orElseThrow(
            () ->
                new InvalidSettingException(
                    "--call-agent",
                    "'"
                        + text
                        + "' is no call agent; write it like ca.example.net:2727,"
                        + " an address like [192.0.2.1]:2727"));
  }

  /** Empty where it is called by its address. */
  Optional<String> gateway() {
    if (gateway != null) {
      try {
        return Optional.of(GatewayOptions.of(gateway).domain());
      } catch (IllegalArgumentException e) {
        throw new InvalidSettingException(
            "--gateway", "'" + gateway + "' is no name; write it like rgw1.example.net");
      }
    }
    return Optional.empty();
  }
}
