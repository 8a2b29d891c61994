// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dhcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.Lease;
import io.phoneagent.dhcpmessage.DhcpMessage;
import io.phoneagent.dhcpmessage.DhcpOptions;
import io.phoneagent.dhcpmessage.Ipv4;
import io.phoneagent.dhcpmessage.LinkAddress;
import io.phoneagent.dhcpmessage.MessageType;
import io.phoneagent.spi.IdentityStore;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A device and its server, on virtual time. */
final class DhcpLifeTest {
  private static final String LEASED = "208 DHCP: leased 192.168.1.100 from 192.168.1.1 for 3600 s";

  private final VirtualDevice device = new VirtualDevice();

  private void bind() {
    device.start().advance(Duration.ofSeconds(1));
    assertThat(device.told).containsExactly(LEASED);
    device.told.clear();
  }

  @Test
  void leasesAnAddressAndRenewsItWithItsServerAlone() {
    bind();
    assertThat(device.server.heardTypes())
        .containsExactly(MessageType.DISCOVER, MessageType.REQUEST);
    assertThat(device.applied.orElseThrow().prefixLength()).isEqualTo(24);
    assertThat(device.link.arps).hasSize(3); // two questions and the announcement
    assertThat(device.link.listening).isFalse();
    assertThat(device.time.pendingTimers()).isEqualTo(1);
    device.advance(Duration.ofMinutes(30));
    assertThat(device.told)
        .containsExactly("1800008 DHCP: renewed 192.168.1.100 from 192.168.1.1 for 3600 s");
    assertThat(device.server.last().clientAddress()).isEqualTo(device.server.gives);
    assertThat(device.link.receivers.get(2)).isEqualTo(VirtualServer.MAC);
    assertThat(device.server.packets.get(2).to()).isEqualTo(device.server.own);
    assertThat(device.link.listening).isFalse();
  }

  @Test
  void takesTheFirstOfferAtOnceWithoutACheck() {
    VirtualDevice trusting = new VirtualDevice(AddressCheck.NONE, IdentityStore.inMemory());
    trusting.start().advance(Duration.ofSeconds(1));
    assertThat(trusting.told)
        .containsExactly("8 DHCP: leased 192.168.1.100 from 192.168.1.1 for 3600 s");
  }

  @Test
  void looksThoroughlyWhereAsked() {
    VirtualDevice careful = new VirtualDevice(AddressCheck.THOROUGH, IdentityStore.inMemory());
    careful.start().advance(Duration.ofSeconds(10));
    assertThat(careful.told).hasSize(1);
    assertThat(careful.link.arps).hasSize(4);
    long at = Long.parseLong(careful.told.get(0).split(" ", -1)[0]);
    assertThat(at).isBetween(4_000L, 7_010L);
  }

  @Test
  void tellsWhatCameWithTheLease() {
    device.server.says.put(15, Octets.of("6578616d706c652e636f6d"));
    device.server.says.put(6, Octets.of("c0a80135"));
    device.server.says.put(42, Octets.of("c0a8017b"));
    device.server.says.put(66, Octets.of("68747470733a2f2f70"));
    device.server.says.put(120, Octets.of("01c0a80105"));
    bind();
    Lease lease = device.leases.get(0);
    assertThat(lease.gateway().orElseThrow().getHostAddress()).isEqualTo("192.168.1.1");
    assertThat(lease.dnsServers().get(0).getHostAddress()).isEqualTo("192.168.1.53");
    assertThat(lease.server().orElseThrow().getHostAddress()).isEqualTo("192.168.1.1");
    assertThat(lease.validFor()).contains(Duration.ofHours(1));
    assertThat(lease.mac()).contains(VirtualLink.MAC);
    assertThat(lease.details().domain()).contains("example.com");
    assertThat(lease.details().sipServers()).containsExactly("192.168.1.5");
    assertThat(lease.details().provisioningServer()).contains("https://p");
    assertThat(lease.details().ntpServers()).hasSize(1);
    assertThat(lease.details().options()).containsEntry(120, "01c0a80105");
  }

  @Test
  void survivesALostDiscoverAndALostRequest() {
    device.server.answers = false;
    device.start().advance(Duration.ofMillis(900));
    device.server.answers = true;
    device.advance(Duration.ofMillis(200));
    assertThat(device.server.heardTypes())
        .containsExactly(MessageType.DISCOVER, MessageType.DISCOVER, MessageType.REQUEST);
    device.advance(Duration.ofSeconds(1));
    assertThat(device.told)
        .containsExactly("1208 DHCP: leased 192.168.1.100 from 192.168.1.1 for 3600 s");
  }

  @Test
  void duplicatesAndLateAnswersChangeNothing() {
    device.server.copies = 3;
    device.server.delay = Duration.ofMillis(700);
    device.start().advance(Duration.ofSeconds(10));
    assertThat(device.told)
        .containsExactly("1604 DHCP: leased 192.168.1.100 from 192.168.1.1 for 3600 s");
    assertThat(device.server.heardTypes())
        .containsExactly(MessageType.DISCOVER, MessageType.REQUEST);
  }

  @Test
  void answersSlowerThanTheFirstRepetitionStillCount() {
    device.server.delay = Duration.ofMillis(1500);
    device.start().advance(Duration.ofSeconds(10));
    assertThat(device.told).hasSize(1);
    assertThat(device.leases).hasSize(1);
  }

  @Test
  void saysOnceThatNobodyAnswers() {
    device.server.answers = false;
    device.start().advance(Duration.ofMinutes(5));
    assertThat(device.told).hasSize(1);
    assertThat(device.told.get(0)).contains("no server has answered");
    assertThat(device.server.heard).hasSizeBetween(8, 11);
    device.server.answers = true;
    device.advance(Duration.ofSeconds(66));
    assertThat(device.leases).hasSize(1);
  }

  @Test
  void asksForTheAddressItHadBeforeItsRestart() {
    bind();
    device.source.closeForRestart();
    device.advance(Duration.ofSeconds(1));
    assertThat(device.server.heardTypes()).doesNotContain(MessageType.RELEASE);
    assertThat(device.applied).isEmpty();
    VirtualDevice again = new VirtualDevice(AddressCheck.NONE, device.store);
    again.start().advance(Duration.ofSeconds(1));
    assertThat(again.server.heardTypes()).containsExactly(MessageType.REQUEST);
    assertThat(again.told)
        .containsExactly("4 DHCP: confirmed 192.168.1.100 from 192.168.1.1 for 3600 s");
  }

  @Test
  void takesAnotherAddressWhereTheOneItHadIsRefused() {
    bind();
    device.source.closeForRestart();
    VirtualDevice again = new VirtualDevice(AddressCheck.NONE, device.store);
    again.server.gives = VirtualServer.address("192.168.1.101");
    again.start().advance(Duration.ofSeconds(1));
    assertThat(again.told)
        .containsExactly(
            "4 lost: DHCP: 192.168.1.1 refused 192.168.1.100 (NAK, \"no\"): asking anew",
            "12 DHCP: leased 192.168.1.101 from 192.168.1.1 for 3600 s");
    assertThat(again.removed)
        .as("what a run left that was killed")
        .containsExactly("192.168.1.100");
  }

  @Test
  void asksForAnyAddressWhereNobodyKnowsTheOneItHad() {
    bind();
    device.source.closeForRestart();
    VirtualDevice again = new VirtualDevice(AddressCheck.NONE, device.store);
    again.server.knowsNobody = true;
    again.start().advance(Duration.ofSeconds(5));
    assertThat(again.server.heardTypes())
        .containsExactly(
            MessageType.REQUEST,
            MessageType.REQUEST,
            MessageType.REQUEST,
            MessageType.DISCOVER,
            MessageType.REQUEST);
    assertThat(again.server.heard.get(3).options().address(DhcpOptions.REQUESTED_ADDRESS))
        .contains(again.server.gives);
    assertThat(again.leases).hasSize(1);
    assertThat(again.removed).containsExactly("192.168.1.100");
  }

  @Test
  void givesTheAddressBackAtTheEnd() {
    bind();
    device.source.close();
    device.advance(Duration.ofSeconds(1));
    assertThat(device.server.heardTypes()).endsWith(MessageType.RELEASE);
    assertThat(device.server.last().clientAddress()).isEqualTo(device.server.gives);
    assertThat(device.link.receivers.get(2)).isEqualTo(VirtualServer.MAC);
    assertThat(device.applied).isEmpty();
    assertThat(device.link.closed).isTrue();
    assertThat(device.time.pendingTimers()).isZero();
    VirtualDevice again = new VirtualDevice(AddressCheck.NONE, device.store);
    again.start().advance(Duration.ofSeconds(1));
    assertThat(again.server.heardTypes())
        .containsExactly(MessageType.DISCOVER, MessageType.REQUEST);
  }

  @Test
  void declinesAnAddressThatAnotherDeviceHas() {
    LinkAddress thief = new LinkAddress(0x0200_0000_0099L);
    device.link.neighbours(
        arp -> device.link.deliver(new ArpPacket(2, thief, arp.target(), arp.target())));
    device.start().advance(Duration.ofSeconds(1));
    assertThat(device.told)
        .containsExactly(
            "12 lost: DHCP: 192.168.1.100 is in use by 02:00:00:00:00:99 already: declined,"
                + " asking anew");
    assertThat(device.server.heardTypes()).endsWith(MessageType.DECLINE);
    device.link.neighbours(arp -> {});
    device.server.gives = VirtualServer.address("192.168.1.101");
    device.advance(Duration.ofSeconds(10));
    assertThat(device.told)
        .endsWith("10220 DHCP: leased 192.168.1.101 from 192.168.1.1 for 3600 s");
  }

  @Test
  void itsOwnQuestionsComingBackAreNoConflict() {
    device.link.neighbours(device.link::deliver);
    bind();
  }

  @Test
  void asksAnyServerWhenItsOwnIsSilentAndGivesUpAtTheEnd() {
    bind();
    device.server.answers = false;
    device.advance(Duration.ofHours(1));
    assertThat(device.told).hasSize(2);
    assertThat(device.told.get(0))
        .endsWith(
            "troubled: DHCP: 192.168.1.1 does not renew 192.168.1.100, which runs out in 450 s:"
                + " asking any server");
    assertThat(device.told.get(1))
        .startsWith("3600004 lost: DHCP: the lease of 192.168.1.100")
        .endsWith("has run out");
    assertThat(device.applied).isEmpty();
    device.server.answers = true;
    device.advance(Duration.ofSeconds(5));
    assertThat(device.leases).hasSize(2);
  }

  @Test
  void anotherServerRebindsAndIsTheLeasesServerFromThenOn() {
    bind();
    device.server.answers = false;
    device.advance(Duration.ofMinutes(45));
    device.server.answers = true;
    device.server.own = VirtualServer.address("192.168.1.2");
    device.advance(Duration.ofMinutes(10));
    assertThat(device.told).hasSize(2);
    assertThat(device.told.get(1))
        .endsWith("DHCP: renewed 192.168.1.100 from 192.168.1.2 for 3600 s");
    assertThat(device.leases.get(1).server().orElseThrow().getHostAddress())
        .isEqualTo("192.168.1.2");
  }

  @Test
  void aRefusedRenewalBringsAnotherAddressAtOnce() {
    bind();
    device.server.gives = VirtualServer.address("192.168.1.101");
    device.advance(Duration.ofMinutes(30));
    assertThat(device.told)
        .containsExactly(
            "1800008 lost: DHCP: 192.168.1.1 refused 192.168.1.100 (NAK, \"no\"): asking anew",
            "1800216 DHCP: leased 192.168.1.101 from 192.168.1.1 for 3600 s");
    assertThat(device.applied.orElseThrow().address().getHostAddress()).isEqualTo("192.168.1.101");
  }

  @Test
  void aCablePulledForAMomentCostsNothing() {
    bind();
    device.link.plug(false);
    device.advance(Duration.ofSeconds(2));
    device.link.plug(true);
    device.advance(Duration.ofSeconds(2));
    assertThat(device.told)
        .containsExactly("3004 DHCP: confirmed 192.168.1.100 from 192.168.1.1 for 3600 s");
  }

  @Test
  void aCablePulledForLongerLosesTheAddressUntilItIsBack() {
    bind();
    device.link.plug(false);
    device.advance(Duration.ofMinutes(1));
    assertThat(device.told).containsExactly("4000 lost: the link is down");
    assertThat(device.applied).isEmpty();
    device.link.plug(true);
    device.advance(Duration.ofSeconds(1));
    assertThat(device.told)
        .endsWith("61204 DHCP: leased 192.168.1.100 from 192.168.1.1 for 3600 s");
  }

  @Test
  void onAnotherNetworkTheOldAddressIsLeftAtOnce() {
    bind();
    device.link.plug(false);
    device.advance(Duration.ofSeconds(1));
    device.server.own = VirtualServer.address("10.0.0.1");
    device.server.gives = VirtualServer.address("10.0.0.7");
    device.link.plug(true);
    device.advance(Duration.ofSeconds(1));
    assertThat(device.told)
        .containsExactly(
            "2004 lost: DHCP: 10.0.0.1 refused 192.168.1.100 (NAK, \"no\"): asking anew",
            "2212 DHCP: leased 10.0.0.7 from 10.0.0.1 for 3600 s");
  }

  @Test
  void aSilentServerDoesNotCostTheAddressAfterAMomentWithoutLink() {
    bind();
    device.server.answers = false;
    device.link.plug(false);
    device.link.plug(true);
    device.advance(Duration.ofMinutes(50));
    assertThat(device.told).isEmpty();
    device.server.answers = true;
    device.advance(Duration.ofMinutes(2));
    assertThat(device.told).hasSize(1);
    assertThat(device.applied).isPresent();
  }

  @Test
  void withoutALinkItSaysSo() {
    device.link.up = false;
    device.start().advance(Duration.ofHours(1));
    assertThat(device.told).containsExactly("0 lost: eth0: the cable is out");
    assertThat(device.time.pendingTimers()).isZero();
    device.link.plug(true);
    device.advance(Duration.ofSeconds(1));
    assertThat(device.leases).hasSize(1);
  }

  @Test
  void restsWithTheAgentWithoutTimersAndConfirmsTheAddressAfterwards() {
    bind();
    device.source.suspend();
    assertThat(device.time.pendingTimers()).isZero();
    device.advance(Duration.ofMinutes(40));
    device.source.resume();
    assertThat(device.told).isEmpty();
    device.advance(Duration.ofSeconds(1));
    assertThat(device.told)
        .containsExactly("2401004 DHCP: confirmed 192.168.1.100 from 192.168.1.1 for 3600 s");
  }

  @Test
  void anAddressThatRanOutDuringTheRestIsToldBeforeTheAgentGoesOn() {
    bind();
    device.source.suspend();
    device.advance(Duration.ofHours(2));
    device.source.resume();
    assertThat(device.told).hasSize(1);
    assertThat(device.told.get(0)).contains("lost: ").contains("has run out");
    device.advance(Duration.ofSeconds(1));
    assertThat(device.leases).hasSize(2);
  }

  @Test
  void whatTheSystemRefusesIsToldAndTriedAgain() {
    device.refuseToApply = Optional.of("not as root");
    device.start().advance(Duration.ofSeconds(1));
    assertThat(device.told)
        .containsExactly("208 lost: DHCP: the address could not be set: not as root");
    device.refuseToApply = Optional.empty();
    device.advance(Duration.ofSeconds(11));
    assertThat(device.leases).hasSize(1);
  }

  @Test
  void anApplierThatFailsAgainstItsContractIsToldAndTriedAgain() {
    device.failsAgainstItsContract = true;
    device.start().advance(Duration.ofSeconds(1));
    assertThat(device.told)
        .containsExactly(
            "208 lost: DHCP: the address could not be set: java.lang.IllegalStateException: a"
                + " defect");
    device.failsAgainstItsContract = false;
    device.advance(Duration.ofSeconds(11));
    assertThat(device.leases).hasSize(1);
  }

  @Test
  void aStoreThatFailsCostsTheMemoryAndNotTheAddress() {
    VirtualDevice forgetful =
        new VirtualDevice(
            AddressCheck.NONE,
            new IdentityStore() {
              @Override
              public Optional<String> get(String name) {
                throw new IllegalStateException("no folder");
              }

              @Override
              public void put(String name, String value) {
                throw new IllegalStateException("no folder");
              }
            });
    forgetful.start().advance(Duration.ofSeconds(1));
    assertThat(forgetful.leases).hasSize(1);
    assertThat(forgetful.told)
        .anySatisfy(
            t -> assertThat(t).contains("troubled: DHCP: the identity store fails: ", "no folder"));
    forgetful.source.close();
    assertThat(forgetful.applied).isEmpty();
  }

  @Test
  void theSystemIsToldHowLongTheAddressHoldsAtEachRenewal() {
    bind();
    assertThat(device.applied.orElseThrow().validFor().orElseThrow())
        .isBetween(Duration.ofSeconds(3599), Duration.ofSeconds(3600));
    device.advance(Duration.ofMinutes(31));
    assertThat(device.times).isEqualTo(2);
    assertThat(device.applied.orElseThrow().validFor().orElseThrow())
        .isBetween(Duration.ofSeconds(3599), Duration.ofSeconds(3600));
  }

  @Test
  void whatSomebodyTakesFromTheInterfaceIsPutBackButNotAgainAndAgain() {
    bind();
    device.link.take(VirtualServer.address("192.168.1.77")); // not ours
    assertThat(device.times).isEqualTo(1);
    device.link.take(device.server.gives);
    device.link.take(device.server.gives);
    assertThat(device.times).isEqualTo(2);
    assertThat(device.told)
        .singleElement()
        .asString()
        .endsWith("troubled: somebody has taken the address 192.168.1.100 away: set again");
    device.advance(Duration.ofSeconds(11));
    device.link.take(device.server.gives);
    assertThat(device.times).isEqualTo(3);
    device.link.plug(false);
    device.advance(Duration.ofSeconds(11));
    device.link.take(device.server.gives);
    assertThat(device.times).as("it went with its link").isEqualTo(3);
  }

  @Test
  void anInterfaceThatComesLaterIsWaitedFor() {
    device.link.refuseToOpen = Optional.of("there is no interface eth0");
    device.start().advance(Duration.ofSeconds(12));
    assertThat(device.told)
        .containsExactly("0 troubled: DHCP: there is no interface eth0, again in PT5S");
    device.link.refuseToOpen = Optional.empty();
    device.advance(Duration.ofSeconds(4));
    assertThat(device.leases).hasSize(1);
  }

  @Test
  void packetsOfOthersAndDamagedOnesAreDropped() {
    device.start();
    device.advance(Duration.ofMillis(3));
    DhcpMessage question = device.server.last();
    DhcpMessage offer = device.server.reply(question, MessageType.OFFER);
    DhcpMessage foreign =
        new DhcpMessage(
            true,
            offer.xid(),
            0,
            Ipv4.ANY,
            VirtualServer.address("192.168.1.66"),
            Ipv4.ANY,
            new LinkAddress(1),
            offer.options());
    device.server.send(foreign);
    device.link.deliver(VirtualServer.MAC, new byte[40], Duration.ZERO);
    device.link.deliver(
        VirtualServer.MAC,
        new UdpPacket(device.server.own, 67, Ipv4.BROADCAST, 68, new byte[9]).write(),
        Duration.ZERO);
    device.advance(Duration.ofSeconds(1));
    assertThat(device.told).containsExactly(LEASED);
  }
}
