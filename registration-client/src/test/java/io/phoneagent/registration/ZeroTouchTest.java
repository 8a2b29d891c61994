// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phoneagent.AgentSettings;
import io.phoneagent.AgentStatus;
import io.phoneagent.InvalidSettingException;
import io.phoneagent.Lease;
import io.phoneagent.LeaseDetails;
import io.phoneagent.Line;
import io.phoneagent.TimelineEntry;
import io.phoneagent.nat.FirewallSources;
import io.phoneagent.spi.AddressContext;
import io.phoneagent.spi.AddressProvider;
import io.phoneagent.spi.AddressSource;
import io.phoneagent.spi.AgentConfiguration;
import io.phoneagent.spi.IdentityStore;
import io.phoneagent.spi.PublicRanges;
import io.phoneagent.testkit.NatBehaviour;
import io.phoneagent.testkit.VirtualHost;
import io.phoneagent.testkit.VirtualNat;
import io.phoneagent.testkit.VirtualNetwork;
import io.phoneagent.testkit.VirtualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A device that knows its number and its secret, and no switch. */
final class ZeroTouchTest {
  private final VirtualTime time = new VirtualTime();
  private final VirtualNetwork network = new VirtualNetwork(time, 2);
  private final VirtualNat nat = network.nat("203.0.113.11", NatBehaviour.home());
  private final VirtualHost phone = nat.host("192.168.1.100");
  private Optional<AddressSource.Listener> addresses = Optional.empty();

  private final class NamingAddresses implements AddressProvider {
    @Override
    public String id() {
      return "naming";
    }

    @Override
    public boolean namesSwitches() {
      return true;
    }

    @Override
    public AddressSource create(AddressContext context) {
      return new AddressSource() {
        @Override
        public void start(Listener listener) {
          addresses = Optional.of(listener);
        }

        @Override
        public void close() {
          addresses = Optional.empty();
        }
      };
    }
  }

  private static Lease lease(String... sipServers) {
    Lease l = Samples.LEASE;
    return new Lease(
        l.interfaceName(),
        l.address(),
        l.gateway(),
        l.mac(),
        l.dnsServers(),
        l.server(),
        l.validFor(),
        new LeaseDetails(
            Optional.empty(), List.of(sipServers), Optional.empty(), List.of(), Map.of()));
  }

  private RunningAgent agent() throws IOException {
    AgentConfiguration configuration =
        AgentConfiguration.builder(new NamingAddresses())
            .line(Line.number(VirtualSwitch.OWNER).secret("hush"))
            .probe(new FirewallSources().get("/ip", ""))
            .publicRanges(PublicRanges.alsoTreating(List.of("203.0.113.0/24")))
            .build();
    return new RunningAgent(
        configuration,
        new Platform(
            phone.loop(),
            phone.network(),
            new FlowTls(List.of()),
            new VirtualSwitch(time, network.host("198.51.100.1"), nat),
            time,
            IdentityStore.inMemory(),
            new Random(3),
            new Common(),
            () -> {}));
  }

  @Test
  void isReachableAsSoonAsTheNetworkNamesASwitch() throws IOException {
    RunningAgent agent = agent();
    agent.start();
    time.advance(Duration.ofSeconds(1));
    addresses.orElseThrow().leased(lease(), "DHCP: leased");
    time.advance(Duration.ofSeconds(1));
    assertThat(agent.status()).isNotEqualTo(AgentStatus.REACHABLE);
    addresses.orElseThrow().leased(lease("switch.test"), "DHCP: renewed");
    time.advance(Duration.ofSeconds(1));
    assertThat(agent.status()).isEqualTo(AgentStatus.REACHABLE);
    assertThat(agent.explain())
        .extracting(TimelineEntry::cause)
        .contains("DHCP names https://switch.test:8443 as the switch");
    agent.update(AgentSettings.defaults());
    time.advance(Duration.ofSeconds(1));
    assertThat(agent.status()).isEqualTo(AgentStatus.REACHABLE);
  }

  @Test
  void whereNoNetworkCanNameOneItHasToBeSet() {
    assertThatThrownBy(
            () ->
                AgentConfiguration.builder(new FixedAddress())
                    .line(Line.number(VirtualSwitch.OWNER).secret("hush"))
                    .build())
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("dnsSwitch(URI)");
  }
}
