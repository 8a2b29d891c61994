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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;

/**
 * Collects what an agent needs. Not thread-safe; may be used for one agent.
 *
 * <p>A port that is not given here is taken from a plug-in, a jar on the class or module path that
 * provides it as a service; where there is none, from the SDK. See {@link AddressProvider}, {@link
 * PublicAddressProbe}, {@link IdentityStore}, {@link HttpExchange} and {@link NetworkBinding}.
 */
public final class PhoneAgentBuilder {
  private final AgentConfiguration.Builder configuration =
      AgentConfiguration.builder(AddressProvider.operatingSystem());
  // The API's own: the thread's may be a container's that does not see the SDK.
  private ClassLoader plugInLoader = PhoneAgentBuilder.class.getClassLoader();

  PhoneAgentBuilder() {}

  /**
   * The DNS switch to register with; replaces what was given before. May be left out where {@link
   * AddressProvider#namesSwitches}.
   *
   * @param preferred its HTTPS address, such as {@code https://switch.example}
   * @param others to be taken in this order when one before does not answer
   * @throws InvalidSettingException if one is neither http nor https, or names no host
   */
  public PhoneAgentBuilder dnsSwitch(URI preferred, URI... others) {
    List<URI> all = new ArrayList<>();
    all.add(Objects.requireNonNull(preferred, "preferred"));
    all.addAll(Arrays.asList(Objects.requireNonNull(others, "others")));
    configuration.dnsSwitches(all);
    return this;
  }

  /**
   * A SIP registrar to register with instead of a DNS switch: that of a server which the vendor or
   * its customer already has. Replaces what was given before.
   *
   * @param preferred such as {@code sip:example.com} or {@code sip:192.0.2.1:5060;transport=tcp}
   * @param others to be taken in this order when one before does not answer
   * @throws InvalidSettingException if one is no such address
   */
  public PhoneAgentBuilder registrar(URI preferred, URI... others) {
    List<URI> all = new ArrayList<>();
    all.add(Objects.requireNonNull(preferred, "preferred"));
    all.addAll(Arrays.asList(Objects.requireNonNull(others, "others")));
    configuration.registrars(all);
    return this;
  }

  /**
   * How the agent is to behave, for all its lines; default: {@link AgentSettings#defaults()}.
   * Replaces what {@link #dnsSwitch}, {@link #registrar} and {@link #reregistration} have set
   * before, which are shortcuts; where it names neither switch nor registrar, those are kept.
   */
  public PhoneAgentBuilder settings(AgentSettings settings) {
    Objects.requireNonNull(settings, "settings");
    configuration.settings(settings);
    return this;
  }

  /**
   * Adds a line; a device has one or more, each with a number of its own, or with a name at a
   * registrar.
   */
  public PhoneAgentBuilder line(Line line) {
    Objects.requireNonNull(line, "line");
    if (line.secret().isEmpty()) {
      throw new InvalidSettingException(
          "secret", "line " + line.name() + " has none; give the one its account has");
    }
    if (configuration.lines().stream().anyMatch(l -> l.name().equals(line.name()))) {
      throw new InvalidSettingException(
          "line", line.name() + " is there already; every line has a number of its own");
    }
    configuration.line(line);
    return this;
  }

  /** The device's hardware address; default: that of the interface which holds the lease. */
  public PhoneAgentBuilder macAddress(MacAddress address) {
    Objects.requireNonNull(address, "address");
    configuration.mac(address);
    return this;
  }

  /** Where the device's own address comes from; default: a plug-in, or the operating system. */
  public PhoneAgentBuilder addressProvider(AddressProvider provider) {
    Objects.requireNonNull(provider, "provider");
    configuration.addressProvider(provider);
    return this;
  }

  /**
   * Adds a source of the public address; then only those added here are asked. Default: all
   * plug-ins, or else all that a network may offer: the gateway by NAT-PMP or PCP, by UPnP and by
   * the status pages of known routers, and the switch, which says how it sees us.
   */
  public PhoneAgentBuilder publicAddressProbe(PublicAddressProbe probe) {
    Objects.requireNonNull(probe, "probe");
    configuration.probe(probe);
    return this;
  }

  /** How often the public address is looked at; default: every 30 seconds. */
  public PhoneAgentBuilder reregistration(ReregistrationSchedule newSchedule) {
    Objects.requireNonNull(newSchedule, "schedule");
    configuration.schedule(newSchedule);
    return this;
  }

  /** Address ranges that count as public though they are reserved, for laboratories. */
  public PhoneAgentBuilder treatAsPublic(PublicRanges ranges) {
    Objects.requireNonNull(ranges, "ranges");
    configuration.publicRanges(ranges);
    return this;
  }

  /**
   * What flows to the assigned endpoint run over; default: UDP. TCP and TLS pass where a firewall
   * lets no UDP through, and TLS keeps calls' signalling from those on the way.
   */
  public PhoneAgentBuilder transport(Transport transport) {
    Objects.requireNonNull(transport, "transport");
    configuration.transport(transport);
    return this;
  }

  /**
   * Certificates of authorities to trust for the switch, instead of the system's. An HTTP client
   * that is not the SDK's decides for itself.
   */
  public PhoneAgentBuilder trust(Collection<X509Certificate> authorities) {
    Objects.requireNonNull(authorities, "authorities");
    authorities.forEach(a -> Objects.requireNonNull(a, "authority"));
    configuration.trusted(authorities);
    return this;
  }

  /** The HTTP client; the vendor's to close. Default: a plug-in, or OkHttp. */
  public PhoneAgentBuilder httpExchange(HttpExchange exchange) {
    Objects.requireNonNull(exchange, "exchange");
    configuration.http(new LentHttp(exchange));
    return this;
  }

  /** How sockets are opened and names resolved; default: a plug-in, or as the system does. */
  public PhoneAgentBuilder networkBinding(NetworkBinding binding) {
    Objects.requireNonNull(binding, "binding");
    configuration.network(binding);
    return this;
  }

  /** What the device remembers over a restart; default: a plug-in, or nothing is. */
  public PhoneAgentBuilder identityStore(IdentityStore store) {
    Objects.requireNonNull(store, "store");
    configuration.identityStore(store);
    return this;
  }

  /** Takes incoming calls; default: refuses them with 480. */
  public PhoneAgentBuilder onIncomingCall(CallHandler handler) {
    Objects.requireNonNull(handler, "handler");
    configuration.callHandler(handler);
    return this;
  }

  /**
   * Whether the other side of a call may transfer this phone to somebody else; default: yes, see
   * {@link AgentListener#callReferred}.
   */
  public PhoneAgentBuilder transfers(TransferPolicy policy) {
    Objects.requireNonNull(policy, "policy");
    configuration.transfers(policy);
    return this;
  }

  /** Told what happens. */
  public PhoneAgentBuilder listener(AgentListener newListener) {
    Objects.requireNonNull(newListener, "listener");
    configuration.listener(newListener);
    return this;
  }

  /**
   * Runs the callbacks; may be a pool, for they are given to it in order and one at a time.
   * Default: the runtime's. Not shut down by the agent.
   */
  public PhoneAgentBuilder callbackExecutor(Executor executor) {
    Objects.requireNonNull(executor, "executor");
    configuration.callbackExecutor(executor);
    return this;
  }

  /** Shares threads and connections with other agents; default: a runtime of its own. */
  public PhoneAgentBuilder runtime(AgentRuntime shared) {
    Objects.requireNonNull(shared, "runtime");
    configuration.runtime(shared);
    return this;
  }

  /** Where plug-ins are looked for; default: where this class comes from. */
  public PhoneAgentBuilder classLoader(ClassLoader loader) {
    Objects.requireNonNull(loader, "loader");
    plugInLoader = loader;
    return this;
  }

  /**
   * Builds the agent; it does nothing until {@link PhoneAgent#start()}.
   *
   * @throws InvalidSettingException if the switch or the line is missing
   * @throws PhoneAgentException if the code behind the API is not on the class or module path, if a
   *     plug-in cannot be used, or if there are several for a port that takes one
   */
  public PhoneAgent build() {
    return AgentFactory.load().create(configuration.plugIns(plugInLoader).build());
  }
}
