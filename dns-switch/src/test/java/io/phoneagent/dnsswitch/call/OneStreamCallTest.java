// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.call;

import static io.phoneagent.dnsswitch.call.World.ALICE;
import static io.phoneagent.dnsswitch.call.World.BOB;
import static io.phoneagent.dnsswitch.call.World.CAROL;
import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.sip.ReferTo;
import io.phoneagent.sip.SdpDirection;
import io.phoneagent.sip.SipSession;
import io.phoneagent.sip.SipUri;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A plain phone hears one stream of RTP, whoever it is joined with. */
class OneStreamCallTest {
  private final World world = new World();
  private final AgentPhone alice = world.phone(ALICE);
  private final PlainEnd bob = new PlainEnd(world, BOB, world.network.host("203.0.113.66"), 5060);
  private final PlainEnd carol =
      new PlainEnd(world, CAROL, world.network.host("203.0.113.67"), 5060);

  private static ByteBuffer rtp(int ssrc, int sequence, int timestamp) {
    return ByteBuffer.allocate(12)
        .put((byte) 0x80)
        .put((byte) 0)
        .putShort((short) sequence)
        .putInt(timestamp)
        .putInt(ssrc)
        .flip();
  }

  private void speak(End from, SipSession session, int ssrc, int sequence) {
    for (int i = 0; i < 5; i++) {
      from.audio.send(rtp(ssrc, sequence + i, 160 * i), from.relay(session));
      world.millis(20);
    }
    world.millis(50);
  }

  private static List<String> numbers(PlainEnd heard) {
    List<String> all = new ArrayList<>();
    for (byte[] packet : heard.packets) {
      ByteBuffer read = ByteBuffer.wrap(packet);
      all.add(read.getInt(8) + " " + (read.getShort(2) & 0xFFFF));
    }
    heard.packets.clear();
    return all;
  }

  /** Alice has transferred Bob to Carol, after she has spoken. */
  private void transfer() {
    bob.register();
    carol.register();
    bob.answers();
    carol.answers();
    SipSession call = alice.call(BOB);
    world.millis(2000);
    alice.prove(call);
    world.millis(50);
    speak(alice, call, 77, 40_000);
    call.refer(new ReferTo(SipUri.of(CAROL.e164(), "192.0.2.10", 5060), Optional.empty()));
    world.millis(3000);
    if (bob.offer.isPresent()) {
      bob.agree(SdpDirection.SENDRECV);
    }
    world.millis(500);
    speak(carol, carol.last(), 88, 3);
  }

  @Test
  void afterATransferTheNumbersGoOn() {
    transfer();
    assertThat(numbers(bob))
        .containsExactly(
            "77 40000",
            "77 40001",
            "77 40002",
            "77 40003",
            "77 40004",
            "77 40005",
            "77 40006",
            "77 40007",
            "77 40008",
            "77 40009");
  }

  @Test
  void whatIsEncryptedIsLeftAsItIs() {
    bob.extraSdp = "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:" + "x".repeat(40) + "\r\n";
    transfer();
    assertThat(numbers(bob)).contains("77 40004", "88 3", "88 7").doesNotContain("77 40005");
  }
}
