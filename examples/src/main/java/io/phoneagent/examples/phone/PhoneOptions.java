// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.phone;

import io.phoneagent.CallTarget;
import io.phoneagent.InvalidSettingException;
import io.phoneagent.KeepAliveMode;
import io.phoneagent.Line;
import io.phoneagent.MacAddress;
import io.phoneagent.PhoneAgentException;
import io.phoneagent.PhoneNumber;
import io.phoneagent.ReregistrationSchedule;
import io.phoneagent.nat.SourceName;
import io.phoneagent.nat.WhoAmIProbe;
import io.phoneagent.spi.AddressProvider;
import io.phoneagent.spi.IdentityStore;
import io.phoneagent.spi.PublicAddressProbe;
import io.phoneagent.spi.PublicRanges;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The flags of {@code bin/phone}. */
final class PhoneOptions {
  @Option(
      names = "--number",
      paramLabel = "N",
      description = "the phone's number, +15551230001; with --registrar, --user will do")
  private @Nullable String number;

  @Option(names = "--secret", paramLabel = "S", description = "what its account has as secret")
  private @Nullable String secret;

  @Option(names = "--secret-file", paramLabel = "FILE", description = "a file that holds it")
  private @Nullable Path secretFile;

  @Option(
      names = "--switch",
      paramLabel = "URL",
      description =
          "the DNS switch, https://HOST:PORT (the one that --address dhcp or inform brings)")
  private @Nullable String dnsSwitch;

  @Option(
      names = "--ca",
      paramLabel = "FILE",
      description = "PEM certificates to trust for it, instead of the system's")
  private @Nullable Path ca;

  @Option(names = "--backup", paramLabel = "N", description = "rings when this phone does not")
  private @Nullable String backup;

  @Option(names = "--mac", paramLabel = "M", description = "the device's (the interface's)")
  private @Nullable String mac;

  @Option(
      names = "--interface",
      paramLabel = "IF",
      description = "the network to use (that of the default route)")
  private @Nullable String interfaceName;

  @Option(
      names = "--address",
      paramLabel = "dhcp|inform|os",
      description =
          "who leases it: the phone itself, as root (dhcp), or the system (os); the system, and the"
              + " phone asks DHCP what else there is, as root (inform)")
  private String address = "os";

  @Option(
      names = "--unique-address",
      description = "asks the switch for an address that no other phone of it has")
  private boolean uniqueAddress;

  @Option(
      names = "--adaptive-keep-alive",
      description = "keeps the flow alive as seldom as the firewall is measured to allow")
  private boolean adaptiveKeepAlive;

  @Option(
      names = "--keep-alive",
      paramLabel = "TIME",
      description = "keeps the flow alive so often, where the switch asks for less (as it says)")
  private @Nullable String keepAlive;

  @Option(
      names = "--probe",
      paramLabel = "PROBE",
      description =
          "asks for the public address: http://HOST/PATH, /PATH on the firewall, status-page (looks"
              + " for it there), igd, natpmp, pcp, stun:HOST[:PORT] or whoami (what the switch"
              + " sees); may be given several times; without it natpmp, igd, status-page and"
              + " whoami are asked")
  private List<String> probes = new ArrayList<>();

  @Mixin private ProbePageOptions pages = new ProbePageOptions();

  @Option(names = "--check-every", paramLabel = "TIME", description = "how often it is asked (30s)")
  private String checkEvery = "30s";

  @Option(
      names = "--check-at-rest",
      paramLabel = "TIME",
      description = "while nothing is new twice that each time, up to this; for batteries")
  private @Nullable String checkAtRest;

  @Option(
      names = "--treat-as-public",
      paramLabel = "CIDR",
      split = ",",
      description = "counts as public though it is reserved; may be given several times")
  private List<String> treatAsPublic = new ArrayList<>();

  @Option(names = "--protocol", paramLabel = "sip|mgcp", description = "of its calls (sip)")
  private String protocol = "sip";

  @Option(names = "--transport", paramLabel = "udp|tcp|tls", description = "of its flow (udp)")
  private String transport = "udp";

  @Option(names = "--state-dir", paramLabel = "DIR", description = "what outlives a restart")
  private @Nullable Path stateDirectory;

  @Option(names = "--answer", paramLabel = "auto|manual", description = "incoming calls (manual)")
  private String answer = "manual";

  @Option(
      names = "--call",
      paramLabel = "N",
      description =
          "dials once when the flow is open; also sip:N@UNIQUE-ADDRESS, and with --registrar an"
              + " extension such as 1002, or sip:U@HOST")
  private @Nullable String call;

  @Option(names = "--play", paramLabel = "FILE.wav", description = "says this again and again")
  private @Nullable Path play;

  @Option(
      names = "--record",
      paramLabel = "FILE.wav",
      description = "what is heard; a second call goes to FILE-2.wav")
  private @Nullable Path record;

  @Mixin private RegistrarOptions registrar = new RegistrarOptions();

  @Mixin private CallAgentOptions callAgent = new CallAgentOptions();

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec spec;

  /**
   * What the flags say.
   *
   * @throws InvalidSettingException if they cannot be followed; says how to mend it
   */
  PhoneSettings settings() {
    refuseWithoutCallAgent();
    Optional<URI> uri = registrar.given() ? Optional.empty() : uri();
    return new PhoneSettings(
        uri,
        registrar.uris(),
        line(),
        macAddress(),
        TransportText.parse("--transport", transport),
        addressProvider(),
        probesOf(uri),
        schedule(),
        uniqueAddress,
        adaptiveKeepAlive ? KeepAliveMode.ADAPTIVE : KeepAliveMode.FIXED,
        Optional.ofNullable(keepAlive).map(k -> DurationText.parse("--keep-alive", k)),
        publicRanges(),
        ca == null ? List.of() : Certificates.read("--ca", ca),
        stateDirectory == null
            ? IdentityStore.inMemory()
            : FileIdentityStore.open("--state-dir", stateDirectory),
        new PhoneCalls.Habits(
            oneOf("--answer", answer, List.of("auto", "manual")).equals("auto"),
            Optional.ofNullable(call).map(this::target),
            sound(),
            recordings(),
            !registrar.given()));
  }

  private PublicRanges publicRanges() {
    try {
      return PublicRanges.alsoTreating(treatAsPublic);
    } catch (InvalidSettingException e) {
      throw new InvalidSettingException(
          "--treat-as-public",
          String.join(",", treatAsPublic) + " is no range; write it like 203.0.113.0/24");
    }
  }

  private ReregistrationSchedule schedule() {
    ReregistrationSchedule fixed =
        ReregistrationSchedule.checkEvery(DurationText.parse("--check-every", checkEvery));
    return checkAtRest == null
        ? fixed
        : new ReregistrationSchedule(
            fixed.interval(), DurationText.parse("--check-at-rest", checkAtRest), fixed.jitter());
  }

  /** Whether a call agent of others controls the phone, by MGCP. */
  boolean hasCallAgent() {
    return callAgent.given();
  }

  /**
   * What the flags say of a phone with a call agent.
   *
   * @throws InvalidSettingException if they cannot be followed; says how to mend it
   */
  MgcpPhoneSettings callAgentSettings() {
    if (!hasHandset()) {
      throw new InvalidSettingException("--call-agent", "speaks MGCP; give --protocol mgcp, too");
    }
    if (spec != null) {
      CallAgentOptions.refuseWithCallAgent(spec.commandLine().getParseResult().matchedOptions());
    }
    InetAddress local = DeviceInterface.address(Optional.ofNullable(interfaceName));
    return new MgcpPhoneSettings(
        callAgent.callAgent(),
        local,
        callAgent.port(),
        callAgent.gateway().orElse("[" + withoutScope(local) + "]"),
        callAgent.profile(),
        sound(),
        recordings());
  }

  /** An interface's own IPv6 address is written with the interface behind it. */
  private static String withoutScope(InetAddress address) {
    return address.getHostAddress().replaceFirst("%.*", "");
  }

  private Optional<WavSound> sound() {
    return Optional.ofNullable(play).map(p -> WavSound.read("--play", p));
  }

  private Optional<RecordingFiles> recordings() {
    return Optional.ofNullable(record).map(PhoneOptions::recordings);
  }

  /** Whether it is a plain telephone, by MGCP. */
  boolean hasHandset() {
    return oneOf("--protocol", protocol, List.of("sip", "mgcp")).equals("mgcp");
  }

  private void refuseWithoutCallAgent() {
    callAgent.refuseWithoutCallAgent();
    if (hasHandset()) {
      refuseWithHandset("--registrar", registrar.given());
      refuseWithHandset("--call", call != null);
      refuseWithHandset("--answer", !answer.equals("manual"));
    }
  }

  private static void refuseWithHandset(String flag, boolean given) {
    if (given) {
      throw new InvalidSettingException(
          flag, "does not go with --protocol mgcp, a plain telephone; leave one of them out");
    }
  }

  private static String oneOf(String flag, String value, List<String> choices) {
    if (!choices.contains(value)) {
      throw new InvalidSettingException(
          flag, "'" + value + "' is unknown; give one of " + String.join(", ", choices));
    }
    return value;
  }

  /** What a registrar knows nothing of. */
  private void refuseWithRegistrar() {
    refuseWithRegistrar("--switch", dnsSwitch != null);
    refuseWithRegistrar("--secret", secret != null);
    refuseWithRegistrar("--secret-file", secretFile != null);
    refuseWithRegistrar("--backup", backup != null);
    refuseWithRegistrar("--unique-address", uniqueAddress);
    refuseWithRegistrar("--adaptive-keep-alive", adaptiveKeepAlive);
  }

  private static void refuseWithRegistrar(String flag, boolean given) {
    if (given) {
      throw new InvalidSettingException(
          flag, "is for a switch, and does not go with --registrar; leave one of them out");
    }
  }

  /** Empty where the network is to name it. */
  private Optional<URI> uri() {
    if (dnsSwitch == null) {
      if (!address.equals("os")) {
        return Optional.empty();
      }
      throw new InvalidSettingException(
          "--switch",
          hasHandset()
              ? "is missing; give it, or --call-agent for a call agent of others"
              : "is missing; give it, or --registrar, or --address dhcp or inform where the network"
                  + " names it");
    }
    try {
      return Optional.of(URI.create(dnsSwitch));
    } catch (IllegalArgumentException e) {
      throw new InvalidSettingException(
          "--switch", "'" + dnsSwitch + "' is no address; write it like https://switch.example");
    }
  }

  private Line line() {
    if (registrar.given()) {
      refuseWithRegistrar();
      return registrar.line(Optional.ofNullable(number));
    }
    if (number == null) {
      throw new InvalidSettingException("--number", "is missing; write it like +15551230001");
    }
    Line named = Line.number(number("--number", number));
    registrar.refuseWithoutRegistrar();
    Line line =
        named.secret(
            SecretText.read(
                "--secret", Optional.ofNullable(secret), Optional.ofNullable(secretFile)));
    return backup == null ? line : line.backup(number("--backup", backup));
  }

  private static String number(String flag, String text) {
    if (!PhoneNumber.isE164(text)) {
      throw new InvalidSettingException(
          flag, "'" + text + "' is no number in E.164; write it like +15551230001");
    }
    return text;
  }

  private String target(String text) {
    if (registrar.given()) {
      return RegistrarOptions.target(text);
    }
    try {
      CallTarget.ofNumber(text);
    } catch (InvalidSettingException e) {
      throw new InvalidSettingException(
          "--call",
          "'"
              + text
              + "' is no number in E.164; write it like +15551230001,"
              + " or sip:+15551230001@198.18.0.7 for the phone with that unique address");
    }
    return text;
  }

  private Optional<MacAddress> macAddress() {
    if (interfaceName != null && address.equals("dhcp")) {
      DeviceInterface.checkLink(interfaceName);
    } else if (interfaceName != null) {
      DeviceInterface.check(interfaceName, mac != null);
    }
    try {
      return Optional.ofNullable(mac).map(MacAddress::of);
    } catch (PhoneAgentException e) {
      throw new InvalidSettingException(
          "--mac", "'" + mac + "' is no hardware address; write it like 02:00:5e:00:53:01");
    }
  }

  private AddressProvider addressProvider() {
    if (!oneOf("--address", address, List.of("os", "dhcp", "inform")).equals("os")) {
      String name = interfaceName == null ? DeviceInterface.only() : interfaceName;
      return address.equals("dhcp") ? AddressProvider.dhcp(name) : AddressProvider.dhcpInform(name);
    }
    return interfaceName == null
        ? AddressProvider.operatingSystem()
        : AddressProvider.operatingSystem(interfaceName);
  }

  private List<PublicAddressProbe> probesOf(Optional<URI> uri) {
    List<PublicAddressProbe> made = new ArrayList<>();
    for (String probe : probes) {
      if (probe.equals("whoami")) {
        made.add(
            WhoAmIProbe.of(
                uri.orElseThrow(
                    () ->
                        new InvalidSettingException(
                            "--probe",
                            registrar.given()
                                ? "whoami asks a switch, and does not go with --registrar"
                                : "whoami asks a switch, which the network is to name; leave it"
                                    + " out"))));
      } else if (probe.equals("status-page")) {
        made.add(pages.statusPage());
      } else if (probe.startsWith("/") || probe.contains("://")) {
        made.add(pages.page(probe));
      } else {
        made.add(SourceName.parse("--probe", probe));
      }
    }
    pages.refuseWhatIsNotUsed();
    return made;
  }

  private static RecordingFiles recordings(Path first) {
    Path directory = first.toAbsolutePath().getParent();
    if (Files.isDirectory(first) || directory == null || !Files.isWritable(directory)) {
      throw new InvalidSettingException(
          "--record", first + " cannot be written; give a file in a directory that can be");
    }
    return new RecordingFiles(first);
  }
}
