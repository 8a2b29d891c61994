// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.spi;

import io.phoneagent.AgentListener;
import io.phoneagent.AgentRuntime;
import io.phoneagent.AgentSettings;
import io.phoneagent.AgentSettingsBuilder;
import io.phoneagent.CallHandler;
import io.phoneagent.InvalidSettingException;
import io.phoneagent.Line;
import io.phoneagent.MacAddress;
import io.phoneagent.ReregistrationSchedule;
import io.phoneagent.TransferPolicy;
import io.phoneagent.Transport;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * What a builder hands to the agent's code; see the methods of {@code PhoneAgentBuilder} for each.
 * Immutable.
 */
public final class AgentConfiguration {
  private final AgentSettings settings;
  private final List<Line> lines;
  private final Optional<MacAddress> mac;
  private final AddressProvider addressProvider;
  private final List<PublicAddressProbe> probes;
  private final PublicRanges publicRanges;
  private final List<X509Certificate> trusted;
  private final Transport transport;
  private final Optional<HttpExchange> http;
  private final Optional<NetworkBinding> network;
  private final Optional<IdentityStore> identityStore;
  private final CallHandler callHandler;
  private final TransferPolicy transfers;
  private final AgentListener listener;
  private final Optional<Executor> callbackExecutor;
  private final Optional<AgentRuntime> runtime;

  private AgentConfiguration(Builder from) {
    settings = from.settings.build();
    checkWhom(settings, from.addressProvider);
    if (settings.registrars().isEmpty()) {
      from.lines.forEach(Line::number); // a switch knows no others
    } else {
      checkTowardsRegistrar(from.lines);
    }
    if (from.lines.isEmpty()) {
      throw new InvalidSettingException("line", "none given; call line(Line.number(...))");
    }
    lines = List.copyOf(from.lines);
    mac = from.mac;
    addressProvider = from.addressProvider;
    probes = List.copyOf(from.probes);
    publicRanges = from.publicRanges;
    trusted = List.copyOf(from.trusted);
    transport = from.transport;
    http = from.http;
    network = from.network;
    identityStore = from.identityStore;
    callHandler = from.callHandler;
    transfers = from.transfers;
    listener = from.listener;
    callbackExecutor = from.callbackExecutor;
    runtime = from.runtime;
  }

  /**
   * Checks that an agent with these settings has a switch or a registrar, and not both.
   *
   * @throws InvalidSettingException if not
   */
  public static void checkWhom(AgentSettings settings, AddressProvider addressProvider) {
    if (!settings.registrars().isEmpty()) {
      if (!settings.dnsSwitches().isEmpty()) {
        throw new InvalidSettingException(
            "registrars", "an agent registers with a switch or with a registrar; give one of them");
      }
    } else if (settings.dnsSwitches().isEmpty() && !addressProvider.namesSwitches()) {
      throw new InvalidSettingException("switch", "none given; call dnsSwitch(URI)");
    }
  }

  private static void checkTowardsRegistrar(List<Line> lines) {
    Map<String, Line> known = new HashMap<>();
    for (Line line : lines) {
      if (line.backup().isPresent()) {
        throw new InvalidSettingException(
            "backup",
            "line "
                + line.name()
                + " has one, which only a DNS switch calls; leave it out, and have the registrar"
                + " send on what is not answered");
      }
      Line other = known.put(line.user(), line);
      if (other != null) {
        throw new InvalidSettingException(
            "user",
            "the lines "
                + other.name()
                + " and "
                + line.name()
                + " are both "
                + line.user()
                + " at the registrar, so a call would not say which one it is for; give each a user"
                + " of its own");
      }
    }
  }

  /** A builder with the defaults, for an agent whose own address comes from there. */
  public static Builder builder(AddressProvider addressProvider) {
    return new Builder(addressProvider);
  }

  /** The settings at the start. */
  public AgentSettings settings() {
    return settings;
  }

  /** One or more, of different names. */
  public List<Line> lines() {
    return lines;
  }

  /** The device's hardware address, if it is not the interface's. */
  public Optional<MacAddress> mac() {
    return mac;
  }

  /** Where the device's own address comes from. */
  public AddressProvider addressProvider() {
    return addressProvider;
  }

  /** Sources of the public address; empty to ask the switch. */
  public List<PublicAddressProbe> probes() {
    return probes;
  }

  /** Reserved ranges that count as public. */
  public PublicRanges publicRanges() {
    return publicRanges;
  }

  /** What its flows run over. */
  public Transport transport() {
    return transport;
  }

  /** Authorities trusted for the switch; empty for the system's. */
  public List<X509Certificate> trusted() {
    return trusted;
  }

  /** The vendor's HTTP client; closed when the agent stops. */
  public Optional<HttpExchange> http() {
    return http;
  }

  /** The vendor's sockets. */
  public Optional<NetworkBinding> network() {
    return network;
  }

  /** What the device remembers over a restart. */
  public Optional<IdentityStore> identityStore() {
    return identityStore;
  }

  /** Takes incoming calls. */
  public CallHandler callHandler() {
    return callHandler;
  }

  /** Whether the other side of a call may have this phone call somebody else. */
  public TransferPolicy transfers() {
    return transfers;
  }

  /** Told what happens. */
  public AgentListener listener() {
    return listener;
  }

  /** Runs the callbacks, instead of the runtime's. */
  public Optional<Executor> callbackExecutor() {
    return callbackExecutor;
  }

  /** What it shares with other agents; empty for a runtime of its own. */
  public Optional<AgentRuntime> runtime() {
    return runtime;
  }

  /** Collects the parts. Not thread-safe. */
  public static final class Builder {
    private AgentSettingsBuilder settings = AgentSettings.builder();
    private final List<Line> lines = new ArrayList<>();
    private Optional<MacAddress> mac = Optional.empty();
    private AddressProvider addressProvider;
    private boolean ownAddressProvider;
    private final List<PublicAddressProbe> probes = new ArrayList<>();
    private PublicRanges publicRanges = PublicRanges.none();
    private final List<X509Certificate> trusted = new ArrayList<>();
    private Transport transport = Transport.UDP;
    private Optional<HttpExchange> http = Optional.empty();
    private Optional<NetworkBinding> network = Optional.empty();
    private Optional<IdentityStore> identityStore = Optional.empty();
    private CallHandler callHandler = call -> call.reject(480);
    private TransferPolicy transfers = TransferPolicy.WITHIN_CALLS;
    private AgentListener listener = new AgentListener() {};
    private Optional<Executor> callbackExecutor = Optional.empty();
    private Optional<AgentRuntime> runtime = Optional.empty();

    private Builder(AddressProvider addressProvider) {
      this.addressProvider = addressProvider;
    }

    /** Replaces all settings; switches given before are kept where these name none. */
    public Builder settings(AgentSettings newSettings) {
      AgentSettings before = settings.build();
      settings = newSettings.toBuilder();
      if (newSettings.dnsSwitches().isEmpty() && newSettings.registrars().isEmpty()) {
        settings.dnsSwitches(before.dnsSwitches()).registrars(before.registrars());
      }
      return this;
    }

    /** Sets that setting alone. */
    public Builder dnsSwitches(List<URI> uris) {
      settings.dnsSwitches(uris);
      return this;
    }

    /** Sets that setting alone. */
    public Builder registrars(List<URI> uris) {
      settings.registrars(uris);
      return this;
    }

    /** Adds one; see {@link AgentConfiguration#lines()}. */
    public Builder line(Line line) {
      lines.add(line);
      return this;
    }

    /** Those added so far. */
    public List<Line> lines() {
      return List.copyOf(lines);
    }

    /** See {@link AgentConfiguration#mac()}. */
    public Builder mac(MacAddress address) {
      mac = Optional.of(address);
      return this;
    }

    /** See {@link AgentConfiguration#addressProvider()}. */
    public Builder addressProvider(AddressProvider provider) {
      addressProvider = provider;
      ownAddressProvider = true;
      return this;
    }

    /** Adds one; see {@link AgentConfiguration#probes()}. */
    public Builder probe(PublicAddressProbe probe) {
      probes.add(probe);
      return this;
    }

    /** Sets what the schedule says, and no other setting. */
    public Builder schedule(ReregistrationSchedule schedule) {
      settings
          .checkInterval(schedule.interval())
          .checkIntervalAtRest(
              Optional.of(schedule.atRest()).filter(rest -> !rest.equals(schedule.interval())))
          .checkJitter(schedule.jitter());
      return this;
    }

    /** See {@link AgentConfiguration#publicRanges()}. */
    public Builder publicRanges(PublicRanges ranges) {
      publicRanges = ranges;
      return this;
    }

    /** See {@link AgentConfiguration#transport()}; default: UDP. */
    public Builder transport(Transport carrier) {
      transport = carrier;
      return this;
    }

    /** Adds some; see {@link AgentConfiguration#trusted()}. */
    public Builder trusted(Iterable<X509Certificate> authorities) {
      authorities.forEach(trusted::add);
      return this;
    }

    /** See {@link AgentConfiguration#http()}. */
    public Builder http(HttpExchange exchange) {
      http = Optional.of(exchange);
      return this;
    }

    /** See {@link AgentConfiguration#network()}. */
    public Builder network(NetworkBinding binding) {
      network = Optional.of(binding);
      return this;
    }

    /** See {@link AgentConfiguration#identityStore()}. */
    public Builder identityStore(IdentityStore store) {
      identityStore = Optional.of(store);
      return this;
    }

    /** See {@link AgentConfiguration#callHandler()}. */
    public Builder callHandler(CallHandler handler) {
      callHandler = handler;
      return this;
    }

    /** See {@link AgentConfiguration#transfers()}. */
    public Builder transfers(TransferPolicy policy) {
      transfers = policy;
      return this;
    }

    /** See {@link AgentConfiguration#listener()}. */
    public Builder listener(AgentListener newListener) {
      listener = newListener;
      return this;
    }

    /** See {@link AgentConfiguration#callbackExecutor()}. */
    public Builder callbackExecutor(Executor executor) {
      callbackExecutor = Optional.of(executor);
      return this;
    }

    /** See {@link AgentConfiguration#runtime()}. */
    public Builder runtime(AgentRuntime shared) {
      runtime = Optional.of(shared);
      return this;
    }

    /**
     * Takes plug-ins for the ports that were not given.
     *
     * @param loader where to look for them
     * @throws io.phoneagent.PhoneAgentException if one cannot be used, or if there are several for
     *     a port that takes one
     */
    public Builder plugIns(ClassLoader loader) {
      PlugIns plugIns = new PlugIns(loader);
      if (!ownAddressProvider) {
        addressProvider =
            plugIns.only(AddressProvider.class, "addressProvider").orElse(addressProvider);
      }
      if (probes.isEmpty()) {
        probes.addAll(plugIns.all(PublicAddressProbe.class, "publicAddressProbe"));
      }
      if (!http.isPresent()) {
        http = plugIns.only(HttpExchange.class, "httpExchange");
      }
      if (!network.isPresent()) {
        network = plugIns.only(NetworkBinding.class, "networkBinding");
      }
      if (!identityStore.isPresent()) {
        identityStore = plugIns.only(IdentityStore.class, "identityStore");
      }
      return this;
    }

    /**
     * The configuration.
     *
     * @throws InvalidSettingException if the switch or the line is missing, or if a SIP registrar
     *     could not tell two lines apart, or is to call a backup number
     */
    public AgentConfiguration build() {
      return new AgentConfiguration(this);
    }
  }
}
