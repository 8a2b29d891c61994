// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.AgentListener;
import io.phoneagent.AgentSettings;
import io.phoneagent.Transport;
import io.phoneagent.spi.IdentityStore;
import io.phoneagent.testkit.VirtualHost;
import io.phoneagent.testkit.VirtualNetwork;
import io.phoneagent.testkit.VirtualTime;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The servers of a registrar's domain, from a name server in the virtual internet. */
class KnownRegistrarsTest {
  private static final URI PLAIN = URI.create("sip:example.test");

  private final VirtualTime time = new VirtualTime();
  private final VirtualNetwork network = new VirtualNetwork(time, 2);
  private final VirtualHost phone = network.host("192.168.1.100");
  private final IdentityStore store = IdentityStore.inMemory();
  private final List<List<URI>> found = new ArrayList<>();
  private final VirtualNameServer dns;

  KnownRegistrarsTest() throws IOException {
    dns = new VirtualNameServer(network);
  }

  private KnownRegistrars looking(String registrars) {
    return looking(registrars, Transport.UDP);
  }

  private KnownRegistrars looking(String registrars, Transport usual) {
    AgentParts parts =
        new AgentParts(
            phone.loop(),
            phone.network(),
            new FlowTls(List.of()),
            new Random(3),
            time,
            new AgentListener() {},
            new Timeline());
    KnownRegistrars known =
        new KnownRegistrars(
            parts, store, "+15551230001", usual, List::of, (uris, cause) -> found.add(uris));
    List<URI> first =
        known.configure(AgentSettings.builder().set("registrars", registrars).build());
    if (!first.isEmpty()) {
      found.add(first);
    }
    known.look(VirtualNameServer.lease());
    return known;
  }

  private void seconds(int seconds) {
    time.advance(Duration.ofSeconds(seconds));
  }

  @Test
  void anAddressOrAPortNeedsNoDns() {
    looking("sip:192.0.2.7,sip:example.test:5070;transport=tcp");
    seconds(5);
    assertThat(dns.asked()).isEmpty();
    assertThat(found)
        .containsExactly(
            List.of(
                URI.create("sip:192.0.2.7"), URI.create("sip:example.test:5070;transport=tcp")));
  }

  @Test
  void naptrSaysTheServiceAndSrvTheServersInTheirOrder() {
    dns.zone(
        "@ NAPTR 20 0 \"s\" \"SIP+D2U\" \"\" _sip._udp.example.test.",
        "@ NAPTR 10 0 \"s\" \"SIP+D2T\" \"\" _sip._tcp.example.test.",
        "_sip._tcp SRV 20 0 5060 two",
        "_sip._tcp SRV 10 0 5062 one",
        "_sip._udp SRV 10 0 5060 one");
    looking("sip:example.test");
    seconds(1);
    assertThat(found)
        .containsExactly(
            List.of(
                URI.create("sip:example.test:5062;transport=tcp#one.example.test"),
                URI.create("sip:example.test:5060;transport=tcp#two.example.test")));
    RegistrarTarget target = RegistrarTarget.of(found.get(0).get(0), Transport.UDP);
    assertThat(target.domain()).isEqualTo("example.test");
    assertThat(target.statedPort()).isEmpty();
    assertThat(target.host()).isEqualTo("one.example.test");
    assertThat(target.port()).isEqualTo(5062);
    assertThat(target.transport()).isEqualTo(Transport.TCP);
  }

  @Test
  void aStatedTransportPassesOverOtherServices() {
    dns.zone(
        "@ NAPTR 10 0 \"s\" \"SIP+D2T\" \"\" _sip._tcp.example.test.",
        "_sip._tcp SRV 10 0 5060 one",
        "_sips._tcp SRV 10 0 5061 one");
    looking("sips:example.test");
    seconds(1);
    assertThat(found)
        .containsExactly(
            List.of(URI.create("sip:example.test:5061;transport=tls#one.example.test")));
  }

  @Test
  void whoWantsTlsIsNotTalkedOutOfItByDns() {
    dns.zone(
        "@ NAPTR 10 10 \"s\" \"SIP+D2U\" \"\" _sip._udp",
        "_sip._udp SRV 0 0 5060 evil.example.test.");
    looking("sip:example.test", Transport.TLS);
    seconds(3);
    assertThat(dns.asked()).doesNotContain("SRV _sip._udp.example.test.");
    assertThat(found.get(found.size() - 1)).containsExactly(URI.create("sip:example.test"));
  }

  @Test
  void withoutNaptrEachTransportIsAskedFor() {
    dns.zone("_sip._tcp SRV 10 0 5060 one");
    looking("sip:example.test");
    seconds(1);
    assertThat(dns.asked())
        .containsExactly(
            "NAPTR example.test.", "SRV _sip._udp.example.test.", "SRV _sip._tcp.example.test.");
    assertThat(found)
        .containsExactly(
            List.of(URI.create("sip:example.test:5060;transport=tcp#one.example.test")));
  }

  @Test
  void aDomainThatDnsKnowsNoServersOfIsAHost() {
    looking("sip:example.test");
    seconds(1);
    assertThat(found).containsExactly(List.of(PLAIN));
  }

  @Test
  void aSilentNameServerKeepsNobodyFromTheHostOrFromWhatWasKnown() {
    dns.silent(true);
    looking("sip:example.test");
    seconds(3);
    assertThat(found).containsExactly(List.of(PLAIN));

    dns.silent(false);
    dns.zone("_sip._udp SRV 10 0 5066 one");
    seconds(200);
    URI named = URI.create("sip:example.test:5066;transport=udp#one.example.test");
    assertThat(found.get(found.size() - 1)).containsExactly(named);

    dns.silent(true);
    found.clear();
    looking("sip:example.test");
    assertThat(found).containsExactly(List.of(named));
    seconds(600);
    assertThat(found).containsExactly(List.of(named));
  }

  @Test
  void itIsLookedUpAgainWhenItHasBecomeOld() {
    dns.zone("_sip._udp SRV 10 0 5060 one");
    looking("sip:example.test");
    seconds(1);
    dns.zone("_sip._udp SRV 10 0 5060 two");
    seconds(60);
    assertThat(found)
        .containsExactly(
            List.of(URI.create("sip:example.test:5060;transport=udp#one.example.test")),
            List.of(URI.create("sip:example.test:5060;transport=udp#two.example.test")));
  }
}
