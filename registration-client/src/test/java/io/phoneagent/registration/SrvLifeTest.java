// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.AgentListener;
import io.phoneagent.AgentSettings;
import io.phoneagent.Lease;
import io.phoneagent.LeaseDetails;
import io.phoneagent.spi.DatagramPort;
import io.phoneagent.spi.IdentityStore;
import io.phoneagent.testkit.NatBehaviour;
import io.phoneagent.testkit.VirtualHost;
import io.phoneagent.testkit.VirtualNat;
import io.phoneagent.testkit.VirtualNetwork;
import io.phoneagent.testkit.VirtualTime;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

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
  private List<String> zone =
      List.of(
          "_phoneagent._tcp 60 IN SRV 20 0 443 two", "_phoneagent._tcp 60 IN SRV 10 5 8443 One");
  private int rcode = Rcode.NOERROR;
  private boolean silent;
  private boolean forged;
  private boolean cut;
  private int questions;

  @BeforeEach
  void serve() throws IOException {
    VirtualHost host = network.host("198.51.100.53");
    DatagramPort[] port = new DatagramPort[1];
    port[0] =
        host.loop()
            .openDatagram(
                new InetSocketAddress(host.address(), 53),
                (datagram, from) -> {
                  questions++;
                  if (!silent) {
                    port[0].send(answer(datagram), from);
                  }
                });
  }

  private ByteBuffer answer(ByteBuffer datagram) {
    try {
      byte[] octets = new byte[datagram.remaining()];
      datagram.get(octets);
      Message question = new Message(octets);
      int id = question.getHeader().getID();
      Message answer = new Message(forged ? id ^ 1 : id);
      answer.getHeader().setFlag(Flags.QR);
      answer.getHeader().setRcode(rcode);
      if (cut) {
        answer.getHeader().setFlag(Flags.TC);
      }
      answer.addRecord(question.getQuestion(), Section.QUESTION);
      for (String line : zone) {
        String[] parts = line.split(" ", 5);
        answer.addRecord(
            Record.fromString(
                org.xbill.DNS.Name.fromString(parts[0] + ".example.test."),
                org.xbill.DNS.Type.value(parts[3]),
                org.xbill.DNS.DClass.IN,
                Long.parseLong(parts[1]),
                parts[4],
                org.xbill.DNS.Name.fromString("example.test.")),
            Section.ANSWER);
      }
      return ByteBuffer.wrap(answer.toWire());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
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

  private static Lease lease() {
    Lease l = Samples.LEASE;
    return new Lease(
        l.interfaceName(),
        l.address(),
        l.gateway(),
        l.mac(),
        List.of(Samples.address("198.51.100.53")),
        l.server(),
        l.validFor());
  }

  private KnownSwitches looking() {
    KnownSwitches known = switches();
    known.configure(settings("https+srv://example.test"));
    known.look(lease());
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
    assertThat(questions).isBetween(10, 16);
    known.rest();
    assertThat(time.pendingTimers()).isZero();
  }

  private static Lease naming(LeaseDetails details) {
    Lease l = lease();
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
    known.look(lease());
    assertThat(found).hasSize(2); // never lets go of its last switch
    assertThat(questions).isZero();
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
    known.look(lease());
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
    zone = List.of("_phoneagent._tcp 60 IN SRV 1 0 443 two");
    seconds(60);
    assertThat(found).containsExactly(List.of(ONE, TWO), List.of(TWO));
  }

  @Test
  void whereDnsIsSilentTheLastGoodAnswerHoldsAlsoAfterARestart() {
    KnownSwitches before = looking();
    seconds(1);
    silent = true;
    seconds(3_600);
    assertThat(found).hasSize(1);
    before.rest();
    KnownSwitches after = switches();
    assertThat(after.configure(settings("https+srv://example.test"))).containsExactly(ONE, TWO);
    assertThat(troubles).hasSize(1);
  }

  @Test
  void whatNobodyAskedForIsNotTaken() {
    forged = true;
    looking();
    seconds(5);
    assertThat(found).isEmpty();
    assertThat(troubles.get(0)).contains("example.test", "no name server answers");
    forged = false;
    seconds(10);
    assertThat(found).hasSize(1);
  }

  @Test
  void failuresAreNamed() {
    rcode = Rcode.SERVFAIL;
    looking();
    seconds(1);
    assertThat(troubles.get(0)).contains("SERVFAIL");
    rcode = Rcode.NXDOMAIN;
    seconds(5);
    assertThat(troubles).anyMatch(t -> t.contains("there is no _phoneagent._tcp.example.test"));
    rcode = Rcode.NOERROR;
    zone = List.of();
    seconds(20);
    assertThat(troubles).anyMatch(t -> t.contains("names no switch"));
    cut = true;
    seconds(60);
    assertThat(troubles).anyMatch(t -> t.contains("longer than 1232 octets"));
    assertThat(found).isEmpty();
  }

  @Test
  void aDotMeansNoneAndTheOthersOfTheListAreTaken() {
    zone = List.of("_phoneagent._tcp 60 IN SRV 0 0 0 .");
    KnownSwitches known = switches();
    known.configure(settings("https+srv://example.test,https://first.test"));
    known.look(lease());
    seconds(1);
    assertThat(found).isEmpty();
    assertThat(troubles).isEmpty();
    zone = List.of("_phoneagent._tcp 60 IN SRV 1 0 443 two");
    seconds(60);
    assertThat(found).containsExactly(List.of(TWO, Samples.FIRST));
  }

  @Test
  void theLastSwitchIsNeverLetGo() {
    looking();
    seconds(1);
    zone = List.of("_phoneagent._tcp 60 IN SRV 0 0 0 .");
    seconds(120);
    assertThat(found).containsExactly(List.of(ONE, TWO));
  }

  @Test
  void anAliasIsFollowedAndTargetsThatAreNoHostsAreLeftOut() {
    zone =
        List.of(
            "_phoneagent._tcp 60 IN CNAME phones",
            "phones 60 IN SRV 1 0 443 two",
            "phones 60 IN SRV 1 0 443 a_b",
            "phones 60 IN SRV 1 0 0 one");
    looking();
    seconds(1);
    assertThat(found).containsExactly(List.of(TWO));
  }

  @Test
  void octetsOfAnyKindAreNoAnswer() {
    SrvMessage question = new SrvMessage(7, "example.test");
    Random random = new Random(9);
    for (int i = 0; i < 20_000; i++) {
      byte[] octets = question.octets().array().clone();
      octets[2] |= (byte) 0x80;
      octets[7] = (byte) random.nextInt(4);
      for (int j = random.nextInt(4); j >= 0; j--) {
        octets[2 + random.nextInt(octets.length - 2)] = (byte) random.nextInt();
      }
      question.read(ByteBuffer.wrap(octets)).ifPresent(a -> assertThat(a).isNotNull());
    }
    assertThat(question.read(ByteBuffer.allocate(0))).isEmpty();
  }
}
