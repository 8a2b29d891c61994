// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch;

import io.phoneagent.InvalidSettingException;
import io.phoneagent.nat.SourceName;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags of {@code dns-switch} for a public address that changes. */
final class PlaceOptions {
  @Option(
      names = "--probe",
      paramLabel = "PROBE",
      description =
          "what says the gateway's public address, where that may change: http://HOST/PATH, /PATH on"
              + " the gateway, status-page, igd, natpmp, pcp or stun:HOST[:PORT]; may be given"
              + " several times")
  private List<String> probes = new ArrayList<>();

  @Option(
      names = "--check-every",
      paramLabel = "TIME",
      defaultValue = "30s",
      description = "how often that is asked, 1s or more (${DEFAULT-VALUE})")
  private String checkEvery = "";

  @Option(
      names = "--dns-name",
      paramLabel = "NAME",
      description = "the name that is to lead to the public address; moved by DNS UPDATE")
  private @Nullable String dnsName;

  @Option(
      names = "--dns-server",
      paramLabel = "HOST[:PORT]",
      description = "the name server that takes the update (port 53)")
  private @Nullable String dnsServer;

  @Option(
      names = "--dns-key",
      paramLabel = "FILE",
      description = "its TSIG key, as tsig-keygen writes it")
  private @Nullable Path dnsKey;

  void applyTo(SwitchSettings.Builder settings) {
    for (String probe : probes) {
      settings.probe(SourceName.parse("probe", probe));
    }
    settings.checkEvery(DurationText.parse("check-every", checkEvery));
    if (dnsName != null && dnsServer != null && dnsKey != null) {
      settings.dnsRecord(DnsRecord.of(dnsName, dnsServer, dnsKey));
    } else if (dnsName != null || dnsServer != null || dnsKey != null) {
      throw new InvalidSettingException(
          "dns-name", "--dns-server and --dns-key go together; give all three or none");
    }
  }
}
