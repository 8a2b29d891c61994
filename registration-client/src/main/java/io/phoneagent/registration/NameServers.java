// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import io.phoneagent.Lease;
import io.phoneagent.runtime.Timer;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The name servers that a device asks where its servers are: those of its lease, or else the
 * system's; and when it asks again. On the agent's loop.
 */
final class NameServers {
  private static final int DNS_PORT = 53;
  // Whatever the TTL: no name server is asked more often, and no answer holds for longer.
  private static final Duration SHORTEST = Duration.ofSeconds(10);
  static final Duration LONGEST = Duration.ofDays(1);

  private final AgentParts parts;
  private final Supplier<List<InetSocketAddress>> systems;
  private Optional<Lease> lease = Optional.empty();
  private boolean resting = true;

  /**
   * None is asked yet.
   *
   * @param systems those to ask where the lease names none
   */
  NameServers(AgentParts parts, Supplier<List<InetSocketAddress>> systems) {
    this.parts = parts;
    this.systems = systems;
  }

  /**
   * The device is here now.
   *
   * @return whether others are to be asked than before, or from elsewhere
   */
  boolean locate(Lease here) {
    Objects.requireNonNull(here, "lease"); // a plug-in may forget it
    boolean same =
        !resting
            && lease.isPresent()
            && lease.get().address().equals(here.address())
            && lease.get().dnsServers().equals(here.dnsServers());
    lease = Optional.of(here);
    return !same;
  }

  /** Whether nobody is asked now. */
  boolean areResting() {
    return resting;
  }

  /**
   * They may be asked again.
   *
   * @return false if the device has no address
   */
  boolean resume() {
    resting = !lease.isPresent();
    return !resting;
  }

  /** Nobody is asked until there is an address again. */
  void rest() {
    resting = true;
  }

  /** Asks them. */
  SrvLookup ask(SrvMessage question, Consumer<SrvAnswer> told) {
    List<InetSocketAddress> servers =
        lease.map(Lease::dnsServers).orElse(List.of()).stream()
            .map(a -> new InetSocketAddress(a, DNS_PORT))
            .collect(Collectors.toList());
    InetSocketAddress from =
        lease.map(l -> new InetSocketAddress(l.address(), 0)).orElse(new InetSocketAddress(0));
    if (servers.isEmpty()) {
      servers = systems.get();
      from = new InetSocketAddress(0); // the system's may well be on the device itself
    }
    return SrvLookup.begin(question, from, servers, parts.network(), parts.loop(), told);
  }

  /** Asks again before an answer is old that holds for this long. */
  Timer beforeOld(Duration ttl, Runnable look) {
    Duration most = ttl.compareTo(LONGEST) > 0 ? LONGEST : ttl;
    Duration holds = most.compareTo(SHORTEST) < 0 ? SHORTEST : most;
    // Jitter adds a fifth at most: so it is never believed for longer than it holds.
    return later(holds.multipliedBy(5).dividedBy(6), look);
  }

  /** Asks again after this time, and a little. */
  Timer later(Duration delay, Runnable look) {
    return parts.loop().schedule(parts.jittered(delay, LineRegistration.RETRY_JITTER), look);
  }
}
