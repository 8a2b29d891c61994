// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.call;

import static io.phoneagent.dnsswitch.call.World.ALICE;
import static io.phoneagent.dnsswitch.call.World.BOB;
import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.sip.InfoDigit;
import io.phoneagent.sip.SipSession;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys that are pressed in a call between a plain telephone and a SIP phone, or another one. */
class TelephoneKeysTest {
  private final World world = new World();
  private final Telephone tina = world.telephone(ALICE);
  private final AgentPhone bob = world.phone(BOB);

  private SipSession call() {
    SipSession call = bob.call(ALICE);
    world.millis(300);
    tina.lift();
    world.millis(300);
    assertThat(tina.talks()).isTrue();
    return call;
  }

  @ParameterizedTest
  @CsvSource({
    "application/dtmf-relay, 'Signal=5\r\nDuration=160\r\n', D/5",
    "application/dtmf-relay, 'Signal=*\r\n', D/*",
    "application/dtmf-relay, 'signal= 11', D/#",
    "application/dtmf, a, D/a"
  })
  void anInfoIsASignalOnTheLine(String type, String body, String signal) {
    call().info(type, body.getBytes(StandardCharsets.US_ASCII));
    world.millis(300);
    assertThat(tina.done).contains("once " + signal);
  }

  @Test
  void keysOfTwoThatTakeEventsGoThroughTheAudioOnly() {
    SipSession call = call();
    tina.press("7");
    assertThat(bob.infos).isEmpty();
    call.hangUp();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void keysOfATelephoneWithoutEventsAreToldByInfo(boolean calls) {
    tina.knowsEvents = false;
    if (calls) {
      bob.onCall = session -> session.answer(bob.sdp());
      tina.call(BOB);
      world.millis(300);
    } else {
      call();
    }
    assertThat(tina.talks()).isTrue();
    tina.press("7#");
    assertThat(bob.infos.stream().map(InfoDigit::read).map(key -> key.orElse('?')))
        .containsExactly('7', '#');
  }

  @Test
  void keysAreSignalsOnTheOtherTelephone() {
    Telephone tom = world.telephone(World.CAROL);
    tom.knowsEvents = false;
    tina.call(World.CAROL);
    tom.lift();
    world.millis(300);
    assertThat(tom.talks()).isTrue();
    tina.press("3");
    assertThat(tom.done).contains("once D/3");
    tom.press("4");
    assertThat(tina.done).contains("once D/4");
  }
}
