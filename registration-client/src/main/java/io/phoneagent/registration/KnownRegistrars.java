// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import io.phoneagent.AgentSettings;
import io.phoneagent.Lease;
import io.phoneagent.Transport;
import io.phoneagent.runtime.Timer;
import io.phoneagent.spi.IdentityStore;
import io.phoneagent.spi.RegistrarAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The SIP registrars that the settings name. Of those that are a domain without a port, DNS says
 * the servers (RFC 3263 section 4): NAPTR which services the domain has, SRV where they are. A
 * domain of which DNS knows nothing is a host of its own name. The last good answer is kept, and
 * holds for as long as DNS says nothing better. On the agent's loop.
 */
final class KnownRegistrars implements KnownServers {
  // As many as can be set by hand.
  private static final int MOST = 8;
  private static final int MOST_SERVICES = 4;
  // A resolver that says nothing at all must not keep the phone from what it can reach.
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final AgentParts parts;
  private final IdentityStore store;
  private final Transport usual;
  private final NameServers names;
  private final Listener listener;
  private final SrvOrder order;
  private final Map<URI, Domain> domains = new LinkedHashMap<>();
  private AgentSettings settings = AgentSettings.defaults();
  private List<URI> current = new ArrayList<>();

  /**
   * None yet.
   *
   * @param phone a name that tells this phone from others which share the store
   * @param usual the transport of a domain of which DNS does not say it
   * @param systems the name servers to ask where the lease names none
   */
  KnownRegistrars(
      AgentParts parts,
      IdentityStore store,
      String phone,
      Transport usual,
      Supplier<List<InetSocketAddress>> systems,
      Listener listener) {
    this.parts = parts;
    this.store = store;
    this.usual = usual;
    this.names = new NameServers(parts, systems);
    this.listener = listener;
    this.order = new SrvOrder(phone);
  }

  private static boolean isDomain(RegistrarAddress address) {
    return !address.port().isPresent() && !address.isLiteral();
  }

  @Override
  public List<URI> configure(AgentSettings newSettings) {
    settings = newSettings;
    List<URI> named = settings.registrars();
    domains.entrySet().stream()
        .filter(d -> !named.contains(d.getKey()))
        .forEach(d -> d.getValue().rest());
    domains.keySet().retainAll(named);
    for (URI uri : named) {
      RegistrarAddress address = RegistrarAddress.of(uri);
      if (isDomain(address)) {
        domains.computeIfAbsent(uri, u -> new Domain(u, address)).lookUnlessDone();
      }
    }
    current = listed();
    return current;
  }

  private List<URI> listed() {
    List<URI> all = new ArrayList<>();
    for (URI uri : settings.registrars()) {
      Domain domain = domains.get(uri);
      all.addAll(domain == null ? List.of(uri) : domain.servers);
    }
    List<URI> found = all.stream().distinct().limit(MOST).collect(Collectors.toList());
    return found.isEmpty() ? current : found;
  }

  private void changed(String cause) {
    List<URI> now = listed();
    if (!now.equals(current)) {
      current = now;
      listener.found(now, cause);
    }
  }

  @Override
  public void look(Lease here) {
    if (names.locate(here)) {
      resume();
    }
  }

  @Override
  public void resume() {
    if (names.resume()) {
      domains.values().forEach(Domain::look);
    }
  }

  @Override
  public void rest() {
    names.rest();
    domains.values().forEach(Domain::rest);
  }

  /** One domain, and what DNS says of it. */
  private final class Domain {
    private final URI plain;
    private final RegistrarAddress address;
    private final String storeName;
    private final List<SrvAnswer.Service> left = new ArrayList<>();
    private List<URI> servers;
    private Optional<SrvLookup> lookup = Optional.empty();
    private Timer again = () -> {};
    private Timer patience = () -> {};
    private Duration ttl = NameServers.LONGEST;
    private Transport asked = usual;
    private int failures;
    private boolean looked;
    private boolean failed;

    Domain(URI plain, RegistrarAddress address) {
      this.plain = plain;
      this.address = address;
      // No label begins or ends with a hyphen, so no two domains have the same name here.
      String name = address.host().replace("-", "--").replace('.', '-');
      this.storeName =
          "registrars-of-" + name + address.transport().map(t -> "." + t.label()).orElse("");
      this.servers = new ArrayList<>();
      for (String text : store.get(storeName).orElse("").split(",", -1)) {
        String[] words = text.split(" ", 2);
        Optional<SrvRecord> record =
            words.length == 2 ? SrvRecord.parse(words[1]) : Optional.empty();
        Optional<Transport> transport = transport(words[0]);
        if (record.isPresent() && transport.isPresent()) {
          servers.add(named(record.get(), transport.get()));
        }
      }
    }

    private Optional<Transport> transport(String label) {
      for (Transport each : Transport.values()) {
        if (each.label().equals(label)) {
          return Optional.of(each);
        }
      }
      return Optional.empty();
    }

    private URI named(SrvRecord record, Transport transport) {
      return RegistrarTarget.named(address.host(), record.port(), transport, record.target());
    }

    void lookUnlessDone() {
      if (!looked && !names.areResting()) {
        look();
      }
    }

    void look() {
      rest();
      looked = true;
      failed = false;
      ttl = NameServers.LONGEST;
      left.clear();
      if (servers.isEmpty()) {
        patience = parts.loop().schedule(PATIENCE, this::takePlain);
      }
      ask(SrvMessage.services(parts.random().nextInt(0x10000), address.host()), this::services);
    }

    private void ask(SrvMessage question, Consumer<SrvAnswer> told) {
      lookup = Optional.of(names.ask(question, told));
    }

    void rest() {
      again.cancel();
      patience.cancel();
      lookup.ifPresent(SrvLookup::cancel);
      lookup = Optional.empty();
    }

    private void services(SrvAnswer answer) {
      if (answer instanceof SrvAnswer.Services services) {
        ttl = services.ttl();
        services.services().stream()
            .filter(s -> isWanted(transportOf(s)))
            .limit(MOST_SERVICES)
            .forEach(left::add);
      } else {
        failed = answer instanceof SrvAnswer.Failed;
      }
      if (left.isEmpty()) {
        for (Transport each : byPreference()) {
          left.add(
              switch (each) {
                case UDP -> new SrvAnswer.Service("SIP+D2U", "_sip._udp." + address.host());
                case TCP -> new SrvAnswer.Service("SIP+D2T", "_sip._tcp." + address.host());
                case TLS -> new SrvAnswer.Service("SIPS+D2T", "_sips._tcp." + address.host());
              });
        }
      }
      nextService();
    }

    private List<Transport> byPreference() {
      List<Transport> all = new ArrayList<>();
      all.add(address.transport().orElse(usual));
      for (Transport each : Transport.values()) {
        if (isWanted(Optional.of(each)) && !all.contains(each)) {
          all.add(each);
        }
      }
      return all;
    }

    private Optional<Transport> transportOf(SrvAnswer.Service service) {
      return switch (service.name()) {
        case "SIP+D2U" -> Optional.of(Transport.UDP);
        case "SIP+D2T" -> Optional.of(Transport.TCP);
        case "SIPS+D2T" -> Optional.of(Transport.TLS);
        default -> Optional.empty();
      };
    }

    /** DNS chooses, but whoever wants TLS gets nothing less, whatever DNS says. */
    private boolean isWanted(Optional<Transport> transport) {
      Transport wanted = address.transport().orElse(usual);
      boolean chosen = address.transport().isPresent() || usual == Transport.TLS;
      return transport.filter(t -> !chosen || t == wanted).isPresent();
    }

    private void nextService() {
      if (left.isEmpty()) {
        if (failed) {
          unanswered();
        } else {
          failures = 0;
          take(List.of(plain), "");
          again = names.beforeOld(ttl, this::look);
        }
        return;
      }
      SrvAnswer.Service service = left.remove(0);
      asked = transportOf(service).orElse(usual);
      ask(SrvMessage.servers(parts.random().nextInt(0x10000), service.owner()), this::servers);
    }

    private void servers(SrvAnswer answer) {
      if (answer instanceof SrvAnswer.Found found && !found.records().isEmpty()) {
        failures = 0;
        List<SrvRecord> records = order.of(found.records());
        Duration holds = found.ttl().compareTo(ttl) < 0 ? found.ttl() : ttl;
        Transport transport = asked;
        take(
            records.stream().limit(MOST).map(r -> named(r, transport)).collect(Collectors.toList()),
            records.stream()
                .limit(MOST)
                .map(r -> transport.label() + " " + r.text())
                .collect(Collectors.joining(",")));
        again = names.beforeOld(holds, this::look);
      } else {
        failed |= answer instanceof SrvAnswer.Failed;
        nextService();
      }
    }

    private void take(List<URI> found, String kept) {
      patience.cancel();
      if (!found.equals(servers)) {
        servers = found;
        store.put(storeName, kept);
        changed("DNS names " + found.get(0) + " for " + address.host());
      }
    }

    /** DNS does not answer: what was known holds, or else the name itself. */
    private void unanswered() {
      Duration delay =
          new RetryDelays(settings.retryInterval(), settings.retryAfterRefusal())
              .afterSilence(++failures);
      takePlain();
      again = names.later(delay, this::look);
      if (failures == 1) {
        parts.disrupted(
            "registrars",
            "the servers of " + address.host() + " are not found: no name server answers",
            Optional.of(delay));
      }
    }

    private void takePlain() {
      patience.cancel();
      if (servers.isEmpty()) {
        servers = List.of(plain);
        changed("DNS has not said yet which servers " + address.host() + " has");
      }
    }
  }
}
