// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dhcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.Lease;
import io.phoneagent.dhcpmessage.DhcpMessage;
import io.phoneagent.dhcpmessage.DhcpOptions;
import io.phoneagent.dhcpmessage.LinkAddress;
import io.phoneagent.dhcpmessage.MessageType;
import io.phoneagent.spi.AddressContext;
import io.phoneagent.spi.AddressProvider;
import io.phoneagent.spi.AddressSource;
import io.phoneagent.spi.IdentityStore;
import io.phoneagent.spi.IpLiteral;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A device whose address another source has, and the network's server, on virtual time. */
final class InformLifeTest {
  private static final String SAYS = "DHCP: 192.168.1.1 says what else there is";

  private final Holder holder = new Holder();
  private final VirtualDevice device =
      new VirtualDevice(AddressCheck.FAST, IdentityStore.inMemory(), b -> b.informOnly(holder));

  /** Another source. */
  private static final class Holder implements AddressProvider, AddressSource {
    private final List<String> calls = new ArrayList<>();
    private Optional<Listener> listener = Optional.empty();

    void has(String address) {
      listener.orElseThrow().leased(lease(address), "system: " + address);
    }

    @Override
    public String id() {
      return "test";
    }

    @Override
    public AddressSource create(AddressContext context) {
      return this;
    }

    @Override
    public void start(Listener told) {
      listener = Optional.of(told);
    }

    @Override
    public void suspend() {
      calls.add("suspend");
    }

    @Override
    public void resume() {
      calls.add("resume");
    }

    @Override
    public void close() {
      calls.add("close");
    }

    @Override
    public void closeForRestart() {
      calls.add("close for restart");
    }
  }

  private static InetAddress ip(String literal) {
    return IpLiteral.parse(literal).orElseThrow();
  }

  private static Lease lease(String address) {
    return new Lease(
        "eth0",
        ip(address),
        Optional.of(ip("192.168.1.254")),
        Optional.of(VirtualLink.MAC),
        List.of(),
        Optional.empty(),
        Optional.empty());
  }

  private void informed() {
    device.server.says.put(DhcpOptions.SIP_SERVERS, Octets.of("01c0a80105"));
    device.start();
    holder.has("192.168.1.100");
    device.advance(Duration.ofMillis(10));
    assertThat(device.told).containsExactly("4 system: 192.168.1.100; " + SAYS);
    device.told.clear();
  }

  @Test
  void asksForWhatElseThereIs() {
    informed();
    DhcpMessage question = device.server.last();
    assertThat(device.server.heardTypes()).containsExactly(MessageType.INFORM);
    assertThat(question.clientAddress()).isEqualTo(ip("192.168.1.100"));
    assertThat(question.options().octets(DhcpOptions.REQUESTED_ADDRESS)).isEmpty();
    assertThat(question.options().octets(DhcpOptions.WANTED).orElseThrow())
        .contains(DhcpOptions.SIP_SERVERS);
    assertThat(device.server.packets.get(0).from()).isEqualTo(ip("192.168.1.100"));
    assertThat(device.link.receivers).containsExactly(LinkAddress.BROADCAST);
  }

  @Test
  void theAddressIsTheHoldersAndTheRestTheServers() {
    device.server.says.put(DhcpOptions.NAME_SERVERS, Octets.of("c0a80135"));
    informed();
    Lease lease = device.leases.get(0);
    assertThat(lease.gateway()).contains(ip("192.168.1.254"));
    assertThat(lease.dnsServers()).containsExactly(ip("192.168.1.53"));
    assertThat(lease.details().sipServers()).containsExactly("192.168.1.5");
    assertThat(device.applied).isEmpty();
  }

  @Test
  void isQuietWhenItKnows() {
    informed();
    assertThat(device.link.listening).isFalse();
    assertThat(device.time.pendingTimers()).isZero();
  }

  @Test
  void withoutAnAnswerTheAddressIsToldAndTheQuestionRepeatedEverMoreSeldom() {
    device.server.answers = false;
    device.start();
    holder.has("192.168.1.100");
    device.advance(Duration.ofMillis(501));
    assertThat(device.told)
        .containsExactly("500 system: 192.168.1.100; no DHCP server has said more yet");
    device.advance(Duration.ofHours(1));
    assertThat(device.server.heard).hasSizeBetween(12, 14);
    device.server.answers = true;
    device.advance(Duration.ofMinutes(25));
    assertThat(device.told).hasSize(2).last().asString().endsWith(" " + SAYS);
  }

  @Test
  void anotherAddressIsToldAtOnceWithWhatWasKnown() {
    informed();
    device.server.says.put(DhcpOptions.SIP_SERVERS, Octets.of("01c0a80106"));
    holder.has("192.168.1.101");
    assertThat(device.told).containsExactly("10 system: 192.168.1.101");
    device.advance(Duration.ofMillis(10));
    assertThat(device.told).last().isEqualTo("14 " + SAYS);
    assertThat(device.leases)
        .extracting(l -> l.details().sipServers().get(0))
        .containsExactly("192.168.1.5", "192.168.1.5", "192.168.1.6");
  }

  @Test
  void theSameAnswerIsToldOnce() {
    informed();
    holder.has("192.168.1.101");
    device.advance(Duration.ofSeconds(1));
    assertThat(device.told).containsExactly("10 system: 192.168.1.101");
  }

  @Test
  void anAddressThatIsLostEndsTheQuestion() {
    device.server.answers = false;
    device.start();
    holder.has("192.168.1.100");
    holder.listener.orElseThrow().lost("the cable is out");
    device.advance(Duration.ofHours(1));
    assertThat(device.told).containsExactly("0 lost: the cable is out");
    assertThat(device.server.heard).hasSize(1);
    assertThat(device.time.pendingTimers()).isZero();
  }

  @Test
  void asksAgainWhenThePlugWasElsewhere() {
    informed();
    device.link.plug(false);
    device.link.plug(true);
    device.advance(Duration.ofSeconds(1));
    assertThat(device.server.heardTypes()).containsExactly(MessageType.INFORM, MessageType.INFORM);
  }

  @Test
  void restsWithTheAgentAndAsksWhatItHasNotLearned() {
    device.server.answers = false;
    device.start();
    holder.has("192.168.1.100");
    device.source.suspend();
    device.advance(Duration.ofHours(1));
    assertThat(device.server.heard).hasSize(1);
    device.server.answers = true;
    device.source.resume();
    device.advance(Duration.ofMillis(10));
    assertThat(device.told).singleElement().asString().endsWith(SAYS);
    device.source.resume();
    device.source.closeForRestart();
    device.advance(Duration.ofHours(1));
    assertThat(device.server.heard).hasSize(2);
    assertThat(device.link.closed).isTrue();
    assertThat(holder.calls).containsExactly("suspend", "resume", "resume", "close for restart");
  }

  @Test
  void withoutTheRightTheAddressIsToldAndWhyNothingElse() {
    device.link.refuseToOpen = Optional.of("CAP_NET_RAW is missing");
    device.start();
    holder.has("192.168.1.100");
    assertThat(device.told)
        .containsExactly("0 system: 192.168.1.100; DHCP cannot be asked: CAP_NET_RAW is missing");
    device.source.close();
  }

  @Test
  void anAnswerToAnotherQuestionChangesNothing() {
    device.server.answers = false;
    device.start();
    holder.has("192.168.1.100");
    device.advance(Duration.ofMillis(10));
    DhcpMessage heard = device.server.last();
    DhcpMessage other = device.server.reply(heard, MessageType.ACK);
    device.server.send(
        new DhcpMessage(
            true,
            heard.xid() + 1,
            0,
            other.clientAddress(),
            other.yourAddress(),
            other.serverAddress(),
            other.mac(),
            other.options()));
    device.server.send(device.server.reply(heard, MessageType.NAK));
    device.advance(Duration.ofMillis(100));
    assertThat(device.told).isEmpty();
  }

  @Test
  void anIpv6AddressHasNoServerToAsk() {
    device.start();
    holder.has("2001:db8::5");
    assertThat(device.told).singleElement().asString().contains("only an IPv4 address");
    assertThat(device.server.heard).isEmpty();
  }
}
