// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.AgentListener;
import io.phoneagent.AgentSettings;
import io.phoneagent.Lease;
import io.phoneagent.LeaseDetails;
import io.phoneagent.spi.IdentityStore;
import io.phoneagent.testkit.NatBehaviour;
import io.phoneagent.testkit.VirtualHost;
import io.phoneagent.testkit.VirtualNat;
import io.phoneagent.testkit.VirtualNetwork;
import io.phoneagent.testkit.VirtualTime;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Rcode;

/** The switches of a domain, from a name server in the virtual internet. */
class SrvLifeTest {
  private static final URI ONE = URI.create("https://example.test:8443#one.example.test");
  private static final URI TWO = URI.create("https://example.test:443#two.example.test");

  private final VirtualTime time = new VirtualTime();
  private final VirtualNetwork network = new VirtualNetwork(time, 2);
  private final VirtualNat nat = network.nat("203.0.113.11", NatBehaviour.home());
  private final VirtualHost phone = nat.host("192.168.1.100");
  private final IdentityStore store = IdentityStore.inMemory();
  private final List<List<URI>> found = new ArrayList<>();
  private final List<String> troubles = new ArrayList<>();
  private final VirtualNameServer dns;

  SrvLifeTest() throws IOException {
    dns = new VirtualNameServer(network);
    dns.zone("_phoneagent._tcp SRV 20 0 443 two", "_phoneagent._tcp SRV 10 5 8443 One");
  }

  private KnownSwitches switches() {
    AgentParts parts =
        new AgentParts(
            phone.loop(),
            phone.network(),
            new FlowTls(List.of()),
            new Random(3),
            time,
            new AgentListener() {
              @Override
              public void disrupted(String what, String detail, Optional<Duration> retryIn) {
                troubles.add(what + ": " + detail);
              }
            },
            new Timeline());
    return new KnownSwitches(
        parts, store, VirtualSwitch.OWNER, List::of, (uris, cause) -> found.add(uris));
  }

  private static AgentSettings settings(String switches) {
    return AgentSettings.builder().set("dns-switches", switches).build();
  }

  private KnownSwitches looking() {
    KnownSwitches known = switches();
    known.configure(settings("https+srv://example.test"));
    known.look(VirtualNameServer.lease());
    return known;
  }

  private void seconds(int seconds) {
    time.advance(Duration.ofSeconds(seconds));
  }

  @Test
  void aDomainsSwitchesAreFoundInTheirOrderUnderTheDomainsOwnName() {
    KnownSwitches known = looking();
    seconds(1);
    assertThat(found).containsExactly(List.of(ONE, TWO));
    seconds(600);
    assertThat(found).hasSize(1); // the same answer again changes nothing
    assertThat(dns.asked()).hasSizeBetween(10, 16);
    known.rest();
    assertThat(time.pendingTimers()).isZero();
  }

  private static Lease naming(LeaseDetails details) {
    Lease l = VirtualNameServer.lease();
    return new Lease(
        l.interfaceName(),
        l.address(),
        l.gateway(),
        l.mac(),
        l.dnsServers(),
        l.server(),
        l.validFor(),
        details);
  }

  private static LeaseDetails details(String domain, String provisioning, String... sip) {
    return new LeaseDetails(
        Optional.of(domain).filter(d -> !d.isEmpty()),
        List.of(sip),
        Optional.of(provisioning).filter(p -> !p.isEmpty()),
        List.of(),
        Map.of());
  }

  @Test
  void aDeviceThatIsToldNoSwitchTakesTheOneOfOption120() {
    KnownSwitches known = switches();
    assertThat(known.configure(AgentSettings.defaults())).isEmpty();
    known.look(naming(details("example.test", "https://p.test", "a.test", "192.168.1.5")));
    assertThat(found)
        .containsExactly(
            List.of(URI.create("https://a.test:8443"), URI.create("https://192.168.1.5:8443")));
    known.look(naming(details("example.test", "https://p.test", "a.test", "192.168.1.5")));
    assertThat(found).hasSize(1); // a renewed lease
    known.look(naming(details("", "", "b.test")));
    assertThat(found).endsWith(List.of(URI.create("https://b.test:8443")));
    known.look(VirtualNameServer.lease());
    assertThat(found).hasSize(2); // never lets go of its last switch
    assertThat(dns.asked()).isEmpty();
  }

  @Test
  void orThatOfOption66() {
    KnownSwitches known = switches();
    known.configure(AgentSettings.defaults());
    known.look(naming(details("example.test", "https://p.test:443")));
    known.look(naming(details("example.test", "p.test")));
    assertThat(found)
        .containsExactly(
            List.of(URI.create("https://p.test:443")), List.of(URI.create("https://p.test:8443")));
  }

  @Test
  void orThoseThatDnsNamesForItsDomain() {
    KnownSwitches known = switches();
    known.configure(AgentSettings.defaults());
    known.look(naming(details("Example.test", "tftp://p.test/x")));
    seconds(1);
    assertThat(found).containsExactly(List.of(ONE, TWO));
  }

  @Test
  void aNetworkThatNamesNoneIsTold() {
    KnownSwitches known = switches();
    known.configure(AgentSettings.defaults());
    known.look(VirtualNameServer.lease());
    time.runTasks();
    assertThat(troubles).hasSize(1);
    assertThat(troubles.get(0)).contains("option 120");
  }

  @Test
  void whatIsSetByHandIsNotReplacedByTheNetworks() {
    KnownSwitches known = switches();
    known.configure(settings("https://set.test"));
    known.look(naming(details("example.test", "", "a.test")));
    seconds(1);
    assertThat(found).isEmpty();
  }

  @Test
  void anotherAnswerIsTakenWhenTheOldOneHasBecomeOld() {
    looking();
    seconds(1);
    dns.zone("_phoneagent._tcp SRV 1 0 443 two");
    seconds(60);
    assertThat(found).containsExactly(List.of(ONE, TWO), List.of(TWO));
  }

  @Test
  void whereDnsIsSilentTheLastGoodAnswerHoldsAlsoAfterARestart() {
    KnownSwitches before = looking();
    seconds(1);
    dns.silent(true);
    seconds(3_600);
    assertThat(found).hasSize(1);
    before.rest();
    KnownSwitches after = switches();
    assertThat(after.configure(settings("https+srv://example.test"))).containsExactly(ONE, TWO);
    assertThat(troubles).hasSize(1);
  }

  @Test
  void whatNobodyAskedForIsNotTaken() {
    dns.forged(true);
    looking();
    seconds(5);
    assertThat(found).isEmpty();
    assertThat(troubles.get(0)).contains("example.test", "no name server answers");
    dns.forged(false);
    seconds(10);
    assertThat(found).hasSize(1);
  }

  @Test
  void failuresAreNamed() {
    dns.answersWith(Rcode.SERVFAIL);
    looking();
    seconds(1);
    assertThat(troubles.get(0)).contains("SERVFAIL");
    dns.answersWith(Rcode.NXDOMAIN);
    seconds(5);
    assertThat(troubles).anyMatch(t -> t.contains("there is no _phoneagent._tcp.example.test"));
    dns.answersWith(Rcode.NOERROR);
    dns.zone();
    seconds(20);
    assertThat(troubles).anyMatch(t -> t.contains("names no switch"));
    dns.cut();
    seconds(60);
    assertThat(troubles).anyMatch(t -> t.contains("longer than 1232 octets"));
    assertThat(found).isEmpty();
  }

  @Test
  void aDotMeansNoneAndTheOthersOfTheListAreTaken() {
    dns.zone("_phoneagent._tcp SRV 0 0 0 .");
    KnownSwitches known = switches();
    known.configure(settings("https+srv://example.test,https://first.test"));
    known.look(VirtualNameServer.lease());
    seconds(1);
    assertThat(found).isEmpty();
    assertThat(troubles).isEmpty();
    dns.zone("_phoneagent._tcp SRV 1 0 443 two");
    seconds(60);
    assertThat(found).containsExactly(List.of(TWO, Samples.FIRST));
  }

  @Test
  void theLastSwitchIsNeverLetGo() {
    looking();
    seconds(1);
    dns.zone("_phoneagent._tcp SRV 0 0 0 .");
    seconds(120);
    assertThat(found).containsExactly(List.of(ONE, TWO));
  }

  @Test
  void anAliasIsFollowedAndTargetsThatAreNoHostsAreLeftOut() {
    dns.zone(
        "_phoneagent._tcp CNAME phones",
        "phones SRV 1 0 443 two",
        "phones SRV 1 0 443 a_b",
        "phones SRV 1 0 0 one");
    looking();
    seconds(1);
    assertThat(found).containsExactly(List.of(TWO));
  }
}
