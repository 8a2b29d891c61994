// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import io.phoneagent.AgentListener;
import io.phoneagent.Call;
import io.phoneagent.Lease;
import io.phoneagent.Line;
import io.phoneagent.PublicAddress;
import io.phoneagent.ReregistrationSchedule;
import io.phoneagent.TimelineEntry;
import io.phoneagent.spi.AddressProvider;
import io.phoneagent.spi.AgentConfiguration;
import io.phoneagent.spi.IdentityStore;
import io.phoneagent.spi.PublicRanges;
import io.phoneagent.testkit.NatBehaviour;
import io.phoneagent.testkit.VirtualHost;
import io.phoneagent.testkit.VirtualNat;
import io.phoneagent.testkit.VirtualNetwork;
import io.phoneagent.testkit.VirtualTime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;

/** A phone behind a firewall, its switch, and what its vendor is told. */
final class PhoneOnVirtualTime {
  final VirtualTime time = new VirtualTime();
  final VirtualNetwork network = new VirtualNetwork(time, 2);
  final VirtualNat nat;
  final VirtualHost phone;
  final VirtualHost switchHost = network.host("198.51.100.1");
  final VirtualSwitch dnsSwitch;
  final List<String> events = new ArrayList<>();
  private boolean left;

  PhoneOnVirtualTime() {
    this(NatBehaviour.home());
  }

  PhoneOnVirtualTime(NatBehaviour firewall) {
    nat = network.nat("203.0.113.11", firewall);
    phone = nat.host("192.168.1.100");
    try {
      dnsSwitch = new VirtualSwitch(time, switchHost, nat);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  AgentConfiguration.Builder builder(AddressProvider addresses) {
    return builder(addresses, Line.number(VirtualSwitch.OWNER).secret("hush"));
  }

  AgentConfiguration.Builder builder(AddressProvider addresses, Line line) {
    return AgentConfiguration.builder(addresses)
        .dnsSwitches(List.of(URI.create("https://switch.test:8443/")))
        .line(line)
        .schedule(ReregistrationSchedule.checkEvery(Duration.ofSeconds(30)))
        .publicRanges(PublicRanges.alsoTreating(List.of("203.0.113.0/24")))
        .listener(new Events());
  }

  /** For a line of SIP registrars, such as {@code 198.51.100.7;transport=udp}, and no switch. */
  AgentConfiguration.Builder registering(Line line, String... registrars) {
    return builder(new FixedAddress(), line)
        .registrars(
            Arrays.stream(registrars)
                .map(registrar -> URI.create("sip:" + registrar))
                .collect(Collectors.toList()))
        .dnsSwitches(List.of());
  }

  RunningAgent agent(AgentConfiguration.Builder configuration) {
    return agent(configuration, time, IdentityStore.inMemory());
  }

  RunningAgent agent(
      AgentConfiguration.Builder configuration, Executor callbacks, IdentityStore store) {
    return new RunningAgent(
        configuration.build(),
        new Platform(
            phone.loop(),
            phone.network(),
            new FlowTls(List.of()),
            dnsSwitch,
            callbacks,
            store,
            new Random(3),
            new Common(),
            () -> left = true));
  }

  /** Whether the agent has said that it is over. */
  boolean left() {
    return left;
  }

  void advance(long millis) {
    time.advance(Duration.ofMillis(millis));
  }

  static List<String> causes(RunningAgent agent) {
    return agent.explain().stream().map(TimelineEntry::cause).collect(Collectors.toList());
  }

  private final class Events implements AgentListener {
    @Override
    public void leased(Lease lease, String cause) {
      events.add("leased");
    }

    @Override
    public void publicAddress(PublicAddress address, String cause) {
      events.add(cause);
    }

    @Override
    public void callEstablished(Call call, String cause) {
      events.add("established");
    }

    @Override
    public void callEnded(Call call, int status, String cause) {
      events.add("ended " + status + " " + cause);
    }

    @Override
    public void disrupted(String what, String detail, Optional<Duration> retryIn) {
      events.add(what + ": " + detail + retryIn.map(r -> " again in " + r).orElse(""));
    }
  }
}
