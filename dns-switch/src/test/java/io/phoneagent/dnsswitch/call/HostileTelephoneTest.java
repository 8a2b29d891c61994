// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.call;

import static io.phoneagent.dnsswitch.call.World.ALICE;
import static io.phoneagent.dnsswitch.call.World.BOB;
import static io.phoneagent.dnsswitch.call.World.CAROL;
import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.flow.FramedMessage;
import io.phoneagent.sip.SdpDirection;
import io.phoneagent.sip.SessionState;
import io.phoneagent.sip.SipSession;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A telephone whose firmware lies to the call agent, or whose callers do. */
class HostileTelephoneTest {
  private final World world = new World();
  private final Telephone tina = world.telephone(ALICE);
  private final AgentPhone bob = world.phone(BOB);

  private void notify(int transaction, String observed) {
    String text =
        "NTFY " + transaction + " aaln/1@15550000001 MGCP 1.0\r\nX: 1\r\nO: " + observed + "\r\n";
    tina.socket.send(
        FramedMessage.of(ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1))),
        world.address());
  }

  private SipSession call() {
    SipSession call = bob.call(ALICE);
    world.millis(300);
    tina.lift();
    world.millis(300);
    assertThat(tina.talks()).isTrue();
    return call;
  }

  @Test
  void keysWithoutEndAreNoStormAtTheOtherEnd() {
    tina.knowsEvents = false;
    SipSession call = call();
    for (int i = 0; i < 100; i++) {
      notify(1_000 + i, "D/1, ".repeat(120) + "D/2");
      world.millis(50);
    }
    world.millis(1_000);
    assertThat(bob.infos.size()).isBetween(32, 32 + 60);
    assertThat(call.state()).isEqualTo(SessionState.ESTABLISHED);
  }

  @Test
  void nobodyElseIsSentWhatItShouldHear() {
    End victim = world.stranger();
    tina.claims =
        Optional.of(new InetSocketAddress(victim.host.address(), victim.audio.local().getPort()));
    SipSession call = call();
    bob.prove(call);
    world.millis(100);
    bob.say(call, "is it me you hear");
    world.millis(300);
    assertThat(victim.packets).isEmpty();
    tina.say("hello");
    bob.say(call, "you");
    world.millis(300);
    assertThat(bob.heard).contains("hello");
    assertThat(tina.heard).contains("you");
  }

  @Test
  void tenThousandNotificationsTouchNobodyElse() {
    bob.rings();
    Telephone tom = world.telephone(CAROL);
    tom.lift();
    for (int i = 0; i < 10_000; i++) {
      notify(
          1 + i,
          i % 2 == 0 ? "L/hd, D/1, D/5, D/5, D/5, D/0, D/0, D/0, D/0, D/0, D/0, D/2" : "L/hu");
      world.millis(1);
    }
    tom.press("5");
    assertThat(tom.tone).isEmpty();
    assertThat(bob.incoming.size()).isBetween(1, 128);
    world.pass(Duration.ofSeconds(60));
    tina.lift();
    assertThat(tina.tone).isEqualTo("L/dl");
    tina.putDown();
    world.pass(Duration.ofSeconds(60));
    assertThat(world.board.gauges()).containsEntry("calls", 0);
    assertThat(world.relayPorts()).isZero();
  }

  private static final String LONG = "a=x-nonsense:1\r\n".repeat(600);

  @Test
  void whatIsTooLongForATelephoneIsRefused() {
    bob.extraSdp = LONG;
    bob.call(ALICE);
    world.millis(500);
    assertThat(bob.events).anyMatch(e -> e.startsWith("ended 488"));
    assertThat(tina.received).noneMatch(t -> t.contains("L/rg"));
    bob.extraSdp = "";
    bob.take();
    call();
    assertThat(world.board.gauges()).containsEntry("calls", 1);
  }

  @Test
  void aChangeThatIsTooLongForItIsRefusedAndTheCallGoesOn() {
    SipSession call = call();
    bob.extraSdp = LONG;
    call.offer(bob.sdp());
    world.millis(500);
    assertThat(bob.events).contains("offer rejected 488");
    assertThat(tina.talks()).isTrue();
    tina.flash();
    assertThat(bob.offer).isPresent();
    bob.agree(SdpDirection.RECVONLY);
    world.millis(500);
    tina.flash();
    bob.extraSdp = "";
    bob.agree(SdpDirection.SENDRECV);
    world.millis(500);
    assertThat(tina.talks()).isTrue();
  }

  @Test
  void anAnswerThatIsTooLongForItEndsTheCall() {
    bob.extraSdp = LONG;
    bob.onCall = session -> session.answer(bob.sdp());
    tina.call(BOB);
    world.millis(500);
    assertThat(bob.events).anyMatch(e -> e.startsWith("ended"));
    assertThat(tina.tone).isEqualTo("L/ro");
    tina.putDown();
    world.pass(Duration.ofSeconds(40));
    assertThat(world.board.gauges()).containsEntry("calls", 0);
    assertThat(world.relayPorts()).isZero();
  }
}
