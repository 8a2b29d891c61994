// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.AgentListener;
import io.phoneagent.AgentSettings;
import io.phoneagent.Lease;
import io.phoneagent.Transport;
import io.phoneagent.spi.DatagramPort;
import io.phoneagent.spi.IdentityStore;
import io.phoneagent.testkit.VirtualHost;
import io.phoneagent.testkit.VirtualNetwork;
import io.phoneagent.testkit.VirtualTime;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** The servers of a registrar's domain, from a name server in the virtual internet. */
class KnownRegistrarsTest {
  private static final URI PLAIN = URI.create("sip:example.test");

  private final VirtualTime time = new VirtualTime();
  private final VirtualNetwork network = new VirtualNetwork(time, 2);
  private final VirtualHost phone = network.host("192.168.1.100");
  private final IdentityStore store = IdentityStore.inMemory();
  private final List<List<URI>> found = new ArrayList<>();
  private final List<String> asked = new ArrayList<>();
  private List<String> zone = List.of();
  private boolean silent;

  @BeforeEach
  void serve() throws IOException {
    VirtualHost host = network.host("198.51.100.53");
    DatagramPort[] port = new DatagramPort[1];
    port[0] =
        host.loop()
            .openDatagram(
                new InetSocketAddress(host.address(), 53),
                (datagram, from) -> {
                  ByteBuffer answer = answer(datagram);
                  if (!silent) {
                    port[0].send(answer, from);
                  }
                });
  }

  private ByteBuffer answer(ByteBuffer datagram) {
    try {
      byte[] octets = new byte[datagram.remaining()];
      datagram.get(octets);
      Message question = new Message(octets);
      Record what = question.getQuestion();
      asked.add(Type.string(what.getType()) + " " + what.getName());
      Message answer = new Message(question.getHeader().getID());
      answer.getHeader().setFlag(Flags.QR);
      answer.addRecord(what, Section.QUESTION);
      for (String line : zone) {
        String[] parts = line.split(" ", 3);
        Name name = Name.fromString(parts[0]);
        if (name.equals(what.getName()) && Type.value(parts[1]) == what.getType()) {
          answer.addRecord(
              Record.fromString(
                  name, what.getType(), DClass.IN, 60, parts[2], Name.fromString("example.test.")),
              Section.ANSWER);
        }
      }
      if (answer.getSection(Section.ANSWER).isEmpty()) {
        answer.getHeader().setRcode(Rcode.NXDOMAIN);
      }
      return ByteBuffer.wrap(answer.toWire());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
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
    Lease l = Samples.LEASE;
    known.look(
        new Lease(
            l.interfaceName(),
            l.address(),
            l.gateway(),
            l.mac(),
            List.of(Samples.address("198.51.100.53")),
            l.server(),
            l.validFor()));
    return known;
  }

  private void seconds(int seconds) {
    time.advance(Duration.ofSeconds(seconds));
  }

  @Test
  void anAddressOrAPortNeedsNoDns() {
    looking("sip:192.0.2.7,sip:example.test:5070;transport=tcp");
    seconds(5);
    assertThat(asked).isEmpty();
    assertThat(found)
        .containsExactly(
            List.of(
                URI.create("sip:192.0.2.7"), URI.create("sip:example.test:5070;transport=tcp")));
  }

  @Test
  void naptrSaysTheServiceAndSrvTheServersInTheirOrder() {
    zone =
        List.of(
            "example.test. NAPTR 20 0 \"s\" \"SIP+D2U\" \"\" _sip._udp.example.test.",
            "example.test. NAPTR 10 0 \"s\" \"SIP+D2T\" \"\" _sip._tcp.example.test.",
            "_sip._tcp.example.test. SRV 20 0 5060 two",
            "_sip._tcp.example.test. SRV 10 0 5062 one",
            "_sip._udp.example.test. SRV 10 0 5060 one");
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
    zone =
        List.of(
            "example.test. NAPTR 10 0 \"s\" \"SIP+D2T\" \"\" _sip._tcp.example.test.",
            "_sip._tcp.example.test. SRV 10 0 5060 one",
            "_sips._tcp.example.test. SRV 10 0 5061 one");
    looking("sips:example.test");
    seconds(1);
    assertThat(found)
        .containsExactly(
            List.of(URI.create("sip:example.test:5061;transport=tls#one.example.test")));
  }

  @Test
  void whoWantsTlsIsNotTalkedOutOfItByDns() {
    zone =
        List.of(
            "example.test. NAPTR 10 10 \"s\" \"SIP+D2U\" \"\" _sip._udp",
            "_sip._udp.example.test. SRV 0 0 5060 evil.example.test.");
    looking("sip:example.test", Transport.TLS);
    seconds(3);
    assertThat(asked).doesNotContain("SRV _sip._udp.example.test.");
    assertThat(found.get(found.size() - 1)).containsExactly(URI.create("sip:example.test"));
  }

  @Test
  void withoutNaptrEachTransportIsAskedFor() {
    zone = List.of("_sip._tcp.example.test. SRV 10 0 5060 one");
    looking("sip:example.test");
    seconds(1);
    assertThat(asked)
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
    silent = true;
    looking("sip:example.test");
    seconds(3);
    assertThat(found).containsExactly(List.of(PLAIN));

    silent = false;
    zone = List.of("_sip._udp.example.test. SRV 10 0 5066 one");
    seconds(200);
    URI named = URI.create("sip:example.test:5066;transport=udp#one.example.test");
    assertThat(found.get(found.size() - 1)).containsExactly(named);

    silent = true;
    found.clear();
    looking("sip:example.test");
    assertThat(found).containsExactly(List.of(named));
    seconds(600);
    assertThat(found).containsExactly(List.of(named));
  }

  @Test
  void itIsLookedUpAgainWhenItHasBecomeOld() {
    zone = List.of("_sip._udp.example.test. SRV 10 0 5060 one");
    looking("sip:example.test");
    seconds(1);
    zone = List.of("_sip._udp.example.test. SRV 10 0 5060 two");
    seconds(60);
    assertThat(found)
        .containsExactly(
            List.of(URI.create("sip:example.test:5060;transport=udp#one.example.test")),
            List.of(URI.create("sip:example.test:5060;transport=udp#two.example.test")));
  }

  @Test
  void octetsOfAnyKindAreNoAnswer() {
    SrvMessage question = SrvMessage.services(7, "example.test");
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
  }
}
