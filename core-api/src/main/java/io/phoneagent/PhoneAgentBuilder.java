// SPDX-License-Identifier: Apache-2.0
package io.phoneagent;

import io.phoneagent.spi.AddressProvider;
import io.phoneagent.spi.AgentConfiguration;
import io.phoneagent.spi.AgentFactory;
import io.phoneagent.spi.HttpExchange;
import io.phoneagent.spi.IdentityStore;
import io.phoneagent.spi.NetworkBinding;
import io.phoneagent.spi.PublicAddressProbe;
import io.phoneagent.spi.PublicRanges;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;

/** Collects what an agent needs. Not thread-safe; may be used for one agent. */
public final class PhoneAgentBuilder {
  private Optional<URI> dnsSwitch = Optional.empty();
  private final List<Line> lines = new ArrayList<>();
  private Optional<MacAddress> mac = Optional.empty();
  private AddressProvider addressProvider = AddressProvider.operatingSystem();
  private final List<PublicAddressProbe> probes = new ArrayList<>();
  private ReregistrationSchedule schedule =
      ReregistrationSchedule.checkEvery(Duration.ofSeconds(30));
  private PublicRanges publicRanges = PublicRanges.none();
  private final List<X509Certificate> trusted = new ArrayList<>();
  private Optional<HttpExchange> http = Optional.empty();
  private Optional<NetworkBinding> network = Optional.empty();
  private IdentityStore identityStore = IdentityStore.inMemory();
  private CallHandler callHandler = call -> call.reject(480);
  private AgentListener listener = new AgentListener() {};
  private Optional<Executor> callbackExecutor = Optional.empty();

  PhoneAgentBuilder() {}

  /**
   * The DNS switch to register with.
   *
   * @param uri its HTTPS address, such as {@code https://switch.example}
   * @throws InvalidSettingException if it is neither http nor https, or names no host
   */
  public PhoneAgentBuilder dnsSwitch(URI uri) {
    String scheme = String.valueOf(uri.getScheme());
    if (!scheme.equals("https") && !scheme.equals("http")) {
      throw new InvalidSettingException(
          "switch", "'" + uri + "' is no HTTPS address; write it like https://switch.example");
    }
    if (uri.getHost() == null || uri.getRawUserInfo() != null || uri.getRawQuery() != null) {
      throw new InvalidSettingException(
          "switch", "the address has to name a host, and neither a user nor a query");
    }
    dnsSwitch = Optional.of(uri);
    return this;
  }

  /** Adds a line; a device has one or more, each with a number of its own. */
  public PhoneAgentBuilder line(Line line) {
    if (line.secret().isEmpty()) {
      throw new InvalidSettingException(
          "secret", "line " + line.number() + " has none; give the one its account has");
    }
    if (lines.stream().anyMatch(l -> l.number().equals(line.number()))) {
      throw new InvalidSettingException(
          "line", line.number() + " is there already; every line has a number of its own");
    }
    lines.add(line);
    return this;
  }

  /** The device's hardware address; default: that of the interface which holds the lease. */
  public PhoneAgentBuilder macAddress(MacAddress address) {
    mac = Optional.of(address);
    return this;
  }

  /** Where the device's own address comes from; default: the operating system. */
  public PhoneAgentBuilder addressProvider(AddressProvider provider) {
    addressProvider = provider;
    return this;
  }

  /** Adds a source of the public address; without any, the switch is asked how it sees us. */
  public PhoneAgentBuilder publicAddressProbe(PublicAddressProbe probe) {
    probes.add(probe);
    return this;
  }

  /** How often the public address is looked at; default: every 30 seconds. */
  public PhoneAgentBuilder reregistration(ReregistrationSchedule newSchedule) {
    schedule = newSchedule;
    return this;
  }

  /** Address ranges that count as public though they are reserved, for laboratories. */
  public PhoneAgentBuilder treatAsPublic(PublicRanges ranges) {
    publicRanges = ranges;
    return this;
  }

  /** Certificates of authorities to trust for the switch, instead of the system's. */
  public PhoneAgentBuilder trust(Collection<X509Certificate> authorities) {
    trusted.addAll(authorities);
    return this;
  }

  /** The HTTP client; default: OkHttp. */
  public PhoneAgentBuilder httpExchange(HttpExchange exchange) {
    http = Optional.of(exchange);
    return this;
  }

  /** How sockets are opened and names resolved; default: as the system does. */
  public PhoneAgentBuilder networkBinding(NetworkBinding binding) {
    network = Optional.of(binding);
    return this;
  }

  /** What the device remembers over a restart; default: nothing. */
  public PhoneAgentBuilder identityStore(IdentityStore store) {
    identityStore = store;
    return this;
  }

  /** Takes incoming calls; default: refuses them with 480. */
  public PhoneAgentBuilder onIncomingCall(CallHandler handler) {
    callHandler = handler;
    return this;
  }

  /** Told what happens. */
  public PhoneAgentBuilder listener(AgentListener newListener) {
    listener = newListener;
    return this;
  }

  /** Runs the callbacks; must run them in order. Default: one daemon thread of the agent's. */
  public PhoneAgentBuilder callbackExecutor(Executor executor) {
    callbackExecutor = Optional.of(executor);
    return this;
  }

  /**
   * Builds the agent; it does nothing until {@link PhoneAgent#start()}.
   *
   * @throws InvalidSettingException if the switch or the line is missing
   * @throws PhoneAgentException if the code behind the API is not on the class or module path
   */
  public PhoneAgent build() {
    URI uri =
        dnsSwitch.orElseThrow(
            () -> new InvalidSettingException("switch", "none given; call dnsSwitch(URI)"));
    if (lines.isEmpty()) {
      throw new InvalidSettingException("line", "none given; call line(Line.number(...))");
    }
    return AgentFactory.load()
        .create(
            new AgentConfiguration(
                uri,
                lines,
                mac,
                addressProvider,
                probes,
                schedule,
                publicRanges,
                trusted,
                http,
                network,
                identityStore,
                callHandler,
                listener,
                callbackExecutor));
  }
}
