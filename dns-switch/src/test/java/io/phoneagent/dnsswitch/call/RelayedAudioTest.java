// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.call;

import static io.phoneagent.dnsswitch.call.World.ALICE;
import static io.phoneagent.dnsswitch.call.World.BOB;
import static io.phoneagent.dnsswitch.call.World.FAR;
import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.sip.SipSession;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** From where the relay takes audio, and from where not. */
class RelayedAudioTest {
  private final World world = new World();
  private final AgentPhone alice = world.phone(ALICE);
  private final AgentPhone bob = world.phone(BOB);

  private SipSession talk() {
    bob.answers();
    SipSession call = alice.call(BOB);
    world.millis(2000);
    alice.prove(call);
    bob.prove(bob.last());
    world.millis(50);
    return call;
  }

  @Test
  void takesNothingBeforeTheProof() {
    bob.answers();
    SipSession call = alice.call(BOB);
    world.millis(2000);
    bob.prove(bob.last());
    world.millis(50);
    alice.say(call, "early");
    world.millis(50);
    assertThat(bob.heard).isEmpty();
  }

  @Test
  void answersNoWrongPassword() {
    SipSession call = talk();
    End thief = world.stranger();
    int before = thief.stunAnswers;
    thief.prove(call, "z".repeat(24));
    world.millis(50);
    bob.say(bob.last(), "secret");
    world.millis(50);
    assertThat(thief.stunAnswers).isEqualTo(before);
    assertThat(thief.heard).isEmpty();
    assertThat(alice.heard).containsExactly("secret");
  }

  /** Whoever has overheard a check on its way can send it, too, and its proof holds. */
  @Test
  void followsNoProofThatIsSentAgainFromElsewhere() {
    SipSession call = talk();
    ByteBuffer overheard = alice.proof(call);
    alice.audio.send(overheard.duplicate(), alice.relay(call));
    world.millis(50);
    End thief = world.stranger();
    thief.audio.send(overheard.duplicate(), alice.relay(call));
    world.millis(50);
    bob.say(bob.last(), "secret");
    thief.say(call, "forged");
    world.millis(50);
    assertThat(thief.stunAnswers).isZero();
    assertThat(thief.heard).isEmpty();
    assertThat(alice.heard).containsExactly("secret");
    assertThat(bob.heard).isEmpty();
    int answers = alice.stunAnswers;
    alice.audio.send(overheard.duplicate(), alice.relay(call)); // its answer was lost
    world.millis(50);
    assertThat(alice.stunAnswers).isEqualTo(answers + 1);
  }

  @Test
  void dropsForgedSources() {
    SipSession call = talk();
    world.stranger().say(call, "forged");
    world.millis(50);
    assertThat(bob.heard).isEmpty();
  }

  @Test
  void followsANewProof() {
    SipSession call = talk();
    alice.losesAddress("198.51.100.88");
    alice.say(call, "lost");
    world.millis(50);
    assertThat(bob.heard).isEmpty();
    alice.prove(call);
    world.millis(50);
    alice.say(call, "again");
    bob.say(bob.last(), "yes");
    world.millis(50);
    assertThat(bob.heard).containsExactly("again");
    assertThat(alice.heard).containsExactly("yes");
  }

  @Test
  void passesRtpOnAndNothingElse() {
    SipSession call = talk();
    for (byte[] junk :
        new byte[][] {{}, {(byte) 0x80}, new byte[11], new byte[200], new byte[1500]}) {
      alice.audio.send(ByteBuffer.wrap(junk), alice.relay(call));
    }
    ByteBuffer rtcp = End.rtp("report");
    rtcp.put(1, (byte) 200);
    alice.audio.send(rtcp, alice.relay(call));
    world.millis(50);
    assertThat(bob.heard).containsExactly("report");
  }

  @Test
  void takesATrunksAudioFromWhereItSaysOnly() {
    world.trunk.answers();
    SipSession call = alice.call(FAR);
    world.millis(2000);
    alice.prove(call);
    world.millis(50);
    SipSession there = world.trunk.last();
    world.trunk.socket.send(End.rtp("other port"), world.trunk.relay(there));
    world.stranger().say(there, "forged");
    world.trunk.prove(there, "guess");
    world.trunk.say(there, "true");
    world.millis(50);
    assertThat(alice.heard).containsExactly("true");
  }

  @Test
  void locksAPlainPhonesAudioToItsFirstPacketUntilANewOffer() {
    bob.answers();
    End plain = world.stranger();
    SipSession call = plain.call(BOB);
    world.millis(2000);
    bob.prove(bob.last());
    world.millis(50);
    world.stranger().say(call, "forged");
    plain.say(call, "first");
    world.millis(50);
    plain.socket.send(End.rtp("other port"), plain.relay(call));
    world.millis(50);
    assertThat(bob.heard).containsExactly("first");
    call.offer(plain.sdp());
    world.millis(100);
    plain.socket.send(End.rtp("before it is taken"), plain.relay(call));
    world.millis(100);
    assertThat(bob.heard).containsExactly("first");
    bob.offer.orElseThrow().accept(bob.sdp());
    world.millis(100);
    plain.socket.send(End.rtp("moved"), plain.relay(call));
    world.millis(100);
    assertThat(bob.heard).containsExactly("first", "moved");
  }

  @Test
  void aPlainPhonesAudioIsFoundAgainWhenItsFlowMoves() {
    alice.ice = false;
    bob.answers();
    SipSession call = alice.call(BOB);
    world.millis(2000);
    bob.prove(bob.last());
    alice.say(call, "one");
    world.millis(50);
    alice.losesAddress("198.51.100.88");
    alice.flow().bind();
    world.millis(100);
    alice.say(call, "two");
    world.millis(50);
    assertThat(bob.heard).containsExactly("one", "two");
  }
}
