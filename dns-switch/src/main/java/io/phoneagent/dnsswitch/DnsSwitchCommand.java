// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch;

import io.phoneagent.InvalidSettingException;
import io.phoneagent.PhoneAgentException;
import io.phoneagent.dnsswitch.address.AddressRange;
import io.phoneagent.dnsswitch.http.ServerIdentity;
import io.phoneagent.protocol.AddressLiteral;
import io.phoneagent.spi.PublicRanges;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.Inet4Address;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The program {@code dns-switch}. Exit codes: 0 done, 1 failed, 2 wrong arguments. */
@Command(
    name = "dns-switch",
    mixinStandardHelpOptions = true,
    version = "dns-switch 0.1.0-SNAPSHOT",
    sortOptions = false,
    description =
        "The switch that phones register with. SIGTERM ends it: it takes no new calls, and those that"
            + " are up have 10 s.",
    subcommands = AccountCommand.class)
public final class DnsSwitchCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  private final Signalling.Factory signalling;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "the same flags as lines name=value; what is given here wins")
  @SuppressWarnings("UnusedVariable") // read before the rest: see ConfigFile
  private @Nullable Path config;

  @Option(
      names = "--http",
      paramLabel = "HOST:PORT",
      defaultValue = "0.0.0.0:8443",
      description = "where registrations come in (${DEFAULT-VALUE})")
  private String http = "";

  @Option(
      names = "--signalling",
      paramLabel = "HOST:PORT",
      defaultValue = "0.0.0.0:5060",
      description = "where flows come in (${DEFAULT-VALUE})")
  private String signallingAddress = "";

  @Option(
      names = "--signalling-tls",
      paramLabel = "HOST:PORT",
      description = "where flows under TLS come in; default: the port after that of --signalling")
  private @Nullable String signallingTls;

  @Option(
      names = "--advertise",
      paramLabel = "ADDRESS[:PORT]",
      description =
          "what phones are assigned, if the switch stands behind a gateway; with --probe also :PORT,"
              + " the port that is forwarded")
  private @Nullable String advertise;

  @Mixin private PlaceOptions place = new PlaceOptions();

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "what outlives the switch (~/.local/state/dns-switch)")
  private Path data =
      Path.of(System.getProperty("user.home", "."), ".local", "state", "dns-switch");

  @Option(
      names = "--accounts",
      paramLabel = "FILE",
      description = "who may register (DIR/accounts.json)")
  private @Nullable Path accounts;

  @Mixin private TrunkOptions trunk = new TrunkOptions();

  @Option(
      names = "--media-ports",
      paramLabel = "FROM-TO",
      defaultValue = "10000-20000",
      description = "UDP ports for relayed media (${DEFAULT-VALUE})")
  private String mediaPorts = "";

  @Option(
      names = "--address-pool",
      paramLabel = "CIDR",
      defaultValue = "198.18.0.0/15",
      description = "the unique addresses that phones get on request (${DEFAULT-VALUE})")
  private String addressPool = "";

  @Option(
      names = "--address-lease",
      paramLabel = "TIME",
      defaultValue = "7d",
      description =
          "how long a unique address holds that no registration renews, 1s to 3660d"
              + " (${DEFAULT-VALUE})")
  private String addressLease = "";

  @Option(
      names = "--dhcp",
      paramLabel = "HOST:PORT",
      description =
          "where DHCP relay agents forward to, usually port 67: the devices that accounts name by"
              + " their MAC get unique addresses; default: not served")
  private @Nullable String dhcp;

  @Option(
      names = "--dhcp-dns",
      paramLabel = "ADDRESS",
      split = ",",
      description = "a name server that DHCP tells; may be given several times (none)")
  private List<String> dhcpNameServers = new ArrayList<>();

  @Option(
      names = "--backup-after",
      paramLabel = "TIME",
      defaultValue = "0.9s",
      description = "how long a phone may be silent before its backup rings (${DEFAULT-VALUE})")
  private String backupAfter = "";

  @Option(names = "--dns", paramLabel = "HOST:PORT", hidden = true)
  private @Nullable String dns;

  @Option(names = "--redis", paramLabel = "URL", hidden = true)
  private @Nullable String redis;

  @Option(
      names = "--treat-as-public",
      paramLabel = "CIDR",
      split = ",",
      description = "counts as public too; may be given several times")
  private List<String> treatAsPublic = new ArrayList<>();

  @Option(names = "--tls-cert", paramLabel = "FILE", description = "PEM chain of your own")
  private @Nullable Path tlsCertificate;

  @Option(names = "--tls-key", paramLabel = "FILE", description = "its PKCS #8 key, PEM")
  private @Nullable Path tlsKey;

  @Option(
      names = "--tls-name",
      paramLabel = "NAME",
      split = ",",
      description = "a name for the certificate of its own making; may be given several times")
  private List<String> tlsNames = new ArrayList<>();

  @Option(names = "--insecure-http", description = "no TLS at all")
  private boolean insecureHttp;

  @Option(
      names = "--expires-in",
      paramLabel = "TIME",
      defaultValue = "1h",
      description = "how long a registration holds, 1m to 3660d (${DEFAULT-VALUE})")
  private String expiresIn = "";

  @Option(
      names = "--keep-alive",
      paramLabel = "TIME",
      defaultValue = "15s",
      description = "how often a phone speaks on an idle flow (${DEFAULT-VALUE})")
  private String keepAlive = "";

  @Option(
      names = "--phones-per-source",
      paramLabel = "N",
      defaultValue = "1024",
      description = "how many phones may share one address (${DEFAULT-VALUE})")
  private int phonesPerSource;

  DnsSwitchCommand(Signalling.Factory signalling) {
    this.signalling = signalling;
  }

  /** Runs the program and exits. */
  public static void main(String[] args) {
    System.exit(
        run(
            new SipFactory(),
            new PrintWriter(System.out, true, Charset.defaultCharset()),
            new PrintWriter(System.err, true, Charset.defaultCharset()),
            args));
  }

  /** Runs the program; returns its exit code once it has ended. */
  static int run(Signalling.Factory signalling, PrintWriter out, PrintWriter err, String... args) {
    CommandLine line =
        new CommandLine(new DnsSwitchCommand(signalling))
            .setOut(out)
            .setErr(err)
            .setExecutionExceptionHandler(
                (failure, command, parsed) -> {
                  tell(err, command, message(failure, command));
                  return failure instanceof InvalidSettingException ? 2 : 1;
                })
            .setParameterExceptionHandler(
                (failure, given) -> {
                  CommandLine command = failure.getCommandLine();
                  tell(err, command, String.valueOf(failure.getMessage()));
                  if (!CommandLine.UnmatchedArgumentException.printSuggestions(failure, err)) {
                    err.println("--help tells more");
                  }
                  return 2;
                });
    try {
      ConfigFile.named(args).ifPresent(line::setDefaultValueProvider);
    } catch (PhoneAgentException e) {
      err.println("dns-switch: " + e.getMessage());
      return 2;
    }
    return line.execute(args);
  }

  /** Says what went wrong, after the whole name of the command that it concerns. */
  static void tell(PrintWriter err, CommandLine command, String problem) {
    err.println(command.getCommandSpec().qualifiedName() + ": " + problem);
  }

  /** A setting is named by its flag, as it was given. */
  private static String message(Exception failure, CommandLine command) {
    if (failure instanceof InvalidSettingException wrong
        && command.getCommandSpec().findOption("--" + wrong.setting()) != null) {
      return "--" + wrong.getMessage();
    }
    return failure instanceof PhoneAgentException || failure instanceof IOException
        ? String.valueOf(failure.getMessage())
        : failure.toString();
  }

  @Override
  public Integer call() throws InterruptedException {
    if (spec == null) {
      throw new IllegalStateException("run by picocli only");
    }
    notYet("redis", redis, "what is registered is in --data, and one switch alone serves it");
    notYet("dns", dns, "the switch answers no questions of DNS");
    DnsSwitch running = DnsSwitch.start(settings(), signalling);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  running.close();
                  // A JVM that a signal ends would say 143.
                  Runtime.getRuntime().halt(0);
                },
                "shutdown"));
    PrintWriter out = spec.commandLine().getOut();
    out.println(
        "ready http="
            + AddressLiteral.format(running.httpAddress())
            + " signalling="
            + AddressLiteral.format(running.signallingAddress())
            + " tls="
            + running.tlsAddress().map(AddressLiteral::format).orElse("off")
            + running.dhcpAddress().map(a -> " dhcp=" + AddressLiteral.format(a)).orElse(""));
    out.flush();
    new CountDownLatch(1).await();
    return 0;
  }

  private static void notYet(String flag, @Nullable String value, String instead) {
    if (value != null) {
      throw new InvalidSettingException(flag, "is not there yet: " + instead + "; leave it out");
    }
  }

  private static void checkRange(String cidr) {
    try {
      PublicRanges.alsoTreating(List.of(cidr));
    } catch (InvalidSettingException e) {
      throw new InvalidSettingException(
          "treat-as-public", "'" + cidr + "' is no range; write it like 203.0.113.0/24");
    }
  }

  private SwitchSettings settings() {
    SwitchSettings.Builder settings =
        SwitchSettings.builder(data.toAbsolutePath())
            .http(HostPort.toBind("http", http))
            .insecureHttp(insecureHttp)
            .signalling(HostPort.toBind("signalling", signallingAddress))
            .mediaPorts(PortRange.of(mediaPorts))
            .backupAfter(DurationText.parse("backup-after", backupAfter))
            .expiresIn(DurationText.parse("expires-in", expiresIn))
            .keepAlive(DurationText.parse("keep-alive", keepAlive))
            .addressPool(AddressRange.of(addressPool))
            .addressLease(DurationText.parse("address-lease", addressLease))
            .phonesPerSource(phonesPerSource);
    if (advertise != null) {
      settings.advertise(Advertisement.of(advertise));
    }
    place.applyTo(settings);
    if (accounts != null) {
      settings.accounts(accounts);
    }
    trunk.trunk().ifPresent(settings::trunk);
    if (dhcp != null) {
      settings.dhcp(HostPort.toBind("dhcp", dhcp));
    }
    for (String server : dhcpNameServers) {
      if (dhcpNameServers.size() > 16
          || !(AddressLiteral.parse(server).orElse(null) instanceof Inet4Address address)) {
        throw new InvalidSettingException(
            "dhcp-dns", "'" + server + "' is not one of at most 16 IPv4 addresses");
      }
      settings.dhcpNameServer(address);
    }
    if (signallingTls != null) {
      settings.signallingTls(HostPort.toBind("signalling-tls", signallingTls));
    }
    if (tlsCertificate != null) {
      settings.tlsCertificate(tlsCertificate);
    }
    if (tlsKey != null) {
      settings.tlsKey(tlsKey);
    }
    for (String range : treatAsPublic) {
      checkRange(range);
    }
    treatAsPublic.forEach(settings::treatAsPublic);
    for (String name : tlsNames) {
      if (!ServerIdentity.isHost(name.toLowerCase(Locale.ROOT))) {
        throw new InvalidSettingException("tls-name", "'" + name + "' is not a host's name");
      }
      settings.tlsName(name);
    }
    return settings.build();
  }
}
