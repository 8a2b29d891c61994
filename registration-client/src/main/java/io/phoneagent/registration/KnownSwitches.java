// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import io.phoneagent.AgentSettings;
import io.phoneagent.Lease;
import io.phoneagent.runtime.Timer;
import io.phoneagent.spi.IdentityStore;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The switches that the settings name, those that a domain names in DNS among them. These are
 * looked up whenever the device has an address, and again when the answer has become old; the last
 * good answer is kept, and holds for as long as DNS says nothing better. A phone never lets go of
 * its last switch. On the agent's loop.
 */
final class KnownSwitches implements KnownServers {
  private static final String SCHEME = "https+srv";
  // As many as can be set by hand.
  private static final int MOST = 8;

  private final AgentParts parts;
  private final IdentityStore store;
  private final NameServers names;
  private final Listener listener;
  private final SrvOrder order;
  private final Map<String, Domain> domains = new HashMap<>();
  private AgentSettings settings = AgentSettings.defaults();
  private List<URI> leased = List.of();
  private List<URI> current = new ArrayList<>();

  /**
   * None yet.
   *
   * @param phone a name that tells this phone from others which share the store
   * @param systems the name servers to ask where the lease names none
   */
  KnownSwitches(
      AgentParts parts,
      IdentityStore store,
      String phone,
      Supplier<List<InetSocketAddress>> systems,
      Listener listener) {
    this.parts = parts;
    this.store = store;
    this.names = new NameServers(parts, systems);
    this.listener = listener;
    this.order = new SrvOrder(phone);
  }

  @Override
  public List<URI> configure(AgentSettings newSettings) {
    settings = newSettings;
    List<String> wanted =
        named().stream()
            .filter(KnownSwitches::isDomain)
            .map(KnownSwitches::domain)
            .collect(Collectors.toList());
    domains.values().stream().filter(d -> !wanted.contains(d.name)).forEach(Domain::rest);
    domains.keySet().retainAll(wanted);
    for (String name : wanted) {
      domains.computeIfAbsent(name, Domain::new).lookUnlessDone();
    }
    current = listed();
    return current;
  }

  /** By the settings, or else by the network. */
  private List<URI> named() {
    return settings.dnsSwitches().isEmpty() ? leased : settings.dnsSwitches();
  }

  private static boolean isDomain(URI uri) {
    return SCHEME.equals(uri.getScheme());
  }

  private static String domain(URI uri) {
    return uri.getHost().toLowerCase(Locale.ROOT);
  }

  private List<URI> listed() {
    List<URI> all = new ArrayList<>();
    for (URI uri : named()) {
      if (!isDomain(uri)) {
        all.add(uri);
      } else {
        Domain domain = domains.get(domain(uri));
        if (domain != null) {
          all.addAll(domain.switches());
        }
      }
    }
    List<URI> found = all.stream().distinct().limit(MOST).collect(Collectors.toList());
    return found.isEmpty() ? current : found;
  }

  @Override
  public void look(Lease here) {
    boolean anew = names.locate(here);
    if (settings.dnsSwitches().isEmpty()) {
      takeFrom(here);
    }
    if (anew) {
      resume();
    }
  }

  private void takeFrom(Lease here) {
    List<URI> now = LeasedSwitches.of(here.details());
    if (now.isEmpty() && leased.isEmpty()) {
      parts.disrupted(
          "switches",
          "none is set, and " + LeasedSwitches.whyNone(here.details()),
          Optional.empty());
    } else if (!now.isEmpty() && !now.equals(leased)) {
      leased = now;
      List<URI> before = current;
      if (!configure(settings).equals(before)) {
        listener.found(current, "DHCP names " + now.get(0) + " as the switch");
      }
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

  private final class Domain {
    private final String name;
    private final String storeName;
    private List<SrvRecord> records;
    private Optional<SrvLookup> lookup = Optional.empty();
    private Timer again = () -> {};
    private int failures;
    private boolean looked;

    Domain(String name) {
      this.name = name;
      // No label begins or ends with a hyphen, so no two domains have the same name here.
      this.storeName = "switches-of-" + name.replace("-", "--").replace('.', '-');
      this.records = new ArrayList<>();
      for (String text : store.get(storeName).orElse("").split(",", -1)) {
        SrvRecord.parse(text).ifPresent(records::add);
      }
    }

    /** At addresses of the domain's own name: so TLS checks a name that DNS cannot forge. */
    List<URI> switches() {
      return order.of(records).stream()
          .map(r -> URI.create("https://" + name + ":" + r.port() + "#" + r.target()))
          .collect(Collectors.toList());
    }

    void lookUnlessDone() {
      if (!looked && !names.areResting()) {
        look();
      }
    }

    void look() {
      rest();
      looked = true;
      lookup =
          Optional.of(names.ask(new SrvMessage(parts.random().nextInt(0x10000), name), this::told));
    }

    void rest() {
      again.cancel();
      lookup.ifPresent(SrvLookup::cancel);
      lookup = Optional.empty();
    }

    private void told(SrvAnswer answer) {
      if (answer instanceof SrvAnswer.Found found) {
        failures = 0;
        again = names.beforeOld(found.ttl(), this::look);
        take(found.records());
      } else {
        failed(
            answer instanceof SrvAnswer.Absent absent
                ? absent.why()
                : ((SrvAnswer.Failed) answer).why());
      }
    }

    private void take(List<SrvRecord> found) {
      List<SrvRecord> sorted =
          found.stream()
              .distinct()
              .sorted((a, b) -> a.text().compareTo(b.text()))
              .collect(Collectors.toList());
      if (sorted.equals(records)) {
        return;
      }
      records = sorted;
      if (!records.isEmpty()) {
        store.put(
            storeName, records.stream().map(SrvRecord::text).collect(Collectors.joining(",")));
      }
      List<URI> now = listed();
      if (!now.equals(current)) {
        current = now;
        listener.found(now, "DNS names other switches of " + name);
      }
    }

    private void failed(String why) {
      Duration delay =
          new RetryDelays(settings.retryInterval(), settings.retryAfterRefusal())
              .afterSilence(++failures);
      again = names.later(delay, this::look);
      // Where others are known it is said once: they serve.
      if (failures == 1 || current.isEmpty()) {
        String detail = "the switches of " + name + " are not found: " + why;
        parts.disrupted("switches", detail, Optional.of(delay));
      }
    }
  }
}
