// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.call;

import static io.phoneagent.dnsswitch.call.World.ALICE;
import static io.phoneagent.dnsswitch.call.World.BOB;
import static io.phoneagent.dnsswitch.call.World.FAR;
import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.sip.CallRequest;
import io.phoneagent.sip.NameAddr;
import io.phoneagent.sip.SipPeer;
import io.phoneagent.sip.SipSession;
import io.phoneagent.sip.SipUri;
import io.phoneagent.testkit.NatBehaviour;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Calls whose INVITE is larger than a datagram should be (RFC 3261, section 18.1.1). */
class LargeInviteTest {
  private static final String MANY_CODECS = "a=rtpmap:97 some-codec-or-other/8000\r\n".repeat(40);

  private final World world = new World();
  private final AgentPhone alice = world.phone(ALICE);
  private final PlainEnd desk = new PlainEnd(world, BOB, world.network.host("203.0.113.66"), 5060);
  private final PlainEnd home =
      new PlainEnd(
          world,
          BOB,
          world.network.nat("198.51.100.77", NatBehaviour.home()).host("192.168.7.2"),
          5060);

  @BeforeEach
  void speakAtLength() {
    alice.extraSdp = MANY_CODECS;
  }

  private SipSession call(PlainEnd phone) {
    phone.register();
    phone.answers();
    SipSession call = alice.call(BOB);
    world.millis(2000);
    return call;
  }

  private void ends(SipSession call) {
    call.hangUp();
    world.millis(40_000);
    assertThat(world.board.calls()).isZero();
    assertThat(world.board.gauges().get("transactions")).isZero();
  }

  @Test
  void aPhoneThatIsReachedDirectlyGetsItOverAConnection() {
    desk.listens();
    SipSession call = call(desk);
    assertThat(alice.take()).containsExactly("progress 180", "established");
    assertThat(desk.take()).containsExactly("incoming " + ALICE, "established");
    assertThat(desk.overTcp).anyMatch(m -> m.startsWith("INVITE") && m.contains("SIP/2.0/TCP"));
    assertThat(desk.countReceived("INVITE")).isZero();
    assertThat(desk.countReceived("ACK")).as("which is small").isOne();
    ends(call);
    assertThat(desk.take()).containsExactly("ended 200 there");
  }

  @Test
  void itsRepetitionIsTheConnections() {
    desk.listens();
    desk.register();
    desk.onCall = session -> {};
    alice.call(BOB);
    world.millis(3000);
    assertThat(desk.overTcp.stream().filter(m -> m.startsWith("INVITE"))).hasSize(1);
  }

  @Test
  void aPhoneThatTakesNoConnectionGetsADatagramAndIsNotAskedAgain() {
    ends(call(desk));
    assertThat(alice.take()).startsWith("progress 180", "established");
    assertThat(desk.countReceived("INVITE")).isPositive();
    desk.listens();
    ends(call(desk));
    assertThat(alice.take()).startsWith("progress 180", "established");
    assertThat(desk.overTcp).isEmpty();
    world.millis(600_000);
    alice.flow().bind();
    world.millis(200);
    ends(call(desk));
    assertThat(desk.overTcp).as("after ten minutes").isNotEmpty();
  }

  @Test
  void aPhoneThatTakesConnectionsAndSaysNothingRingsBeforeItsBackupWould() {
    desk.listensInSilence();
    desk.register();
    desk.rings();
    SipSession call = alice.call(BOB);
    world.millis(800);
    assertThat(World.BACKUP_AFTER).isGreaterThan(Duration.ofMillis(800));
    assertThat(alice.take()).containsExactly("progress 180");
    desk.last().answer(desk.sdp());
    world.millis(300);
    assertThat(alice.take()).containsExactly("established");
    assertThat(desk.silentConnections).isOne();
    ends(call);
    assertThat(world.connections.size()).as("of no use").isZero();

    alice.take();
    SipSession again = alice.call(BOB);
    world.millis(200);
    assertThat(alice.take()).as("at once").containsExactly("progress 180");
    assertThat(desk.silentConnections).isOne();
    ends(again);
  }

  @Test
  void soDoesATrunk() {
    world.trunk.listensInSilence();
    world.trunk.rings();
    SipSession call = alice.call(FAR);
    world.millis(700);
    assertThat(alice.take()).containsExactly("progress 180");
    assertThat(world.trunk.silentConnections).isOne();
    ends(call);
  }

  @Test
  void aPhoneBehindANatIsReachedWhereItRegisteredFrom() {
    SipSession call = call(home);
    assertThat(alice.take()).containsExactly("progress 180", "established");
    assertThat(home.countReceived("INVITE")).isPositive();
    assertThat(world.connections.size()).isZero();
    ends(call);
  }

  @Test
  void theTrunkGetsItOverAConnectionToo() {
    world.trunk.listens();
    world.trunk.answers();
    SipSession call = alice.call(FAR);
    world.millis(2000);
    assertThat(alice.take()).containsExactly("progress 180", "established");
    assertThat(world.trunk.overTcp).anyMatch(m -> m.startsWith("INVITE"));
    assertThat(world.trunk.countReceived("INVITE")).isZero();
    ends(call);
  }

  @Test
  void aPhonesOwnLargeInviteByTcpIsACallWhoseRestMayComeByUdp() {
    alice.extraSdp = "";
    desk.register();
    alice.answers();
    desk.extraSdp = MANY_CODECS;
    CallRequest request =
        CallRequest.to(
                SipUri.of(ALICE.e164(), "192.0.2.10", 5060),
                NameAddr.of(SipUri.of(BOB.e164(), "192.0.2.10")))
            .sdp(desk.sdp())
            .credentials(desk.credentials);
    SipSession call = desk.agent.call(request, desk.connect(), desk);
    // From the answer on it speaks by UDP again, as what it says is small.
    world.time.schedule(Duration.ofMillis(500), () -> call.moveTo(SipPeer.udp(world.address())));
    world.millis(2500);
    assertThat(desk.take()).containsOnlyOnce("established").endsWith("established");
    assertThat(alice.take()).containsExactly("incoming " + BOB, "established");
    call.hangUp();
    world.millis(500);
    assertThat(alice.take()).containsExactly("ended 200 there");
  }
}
