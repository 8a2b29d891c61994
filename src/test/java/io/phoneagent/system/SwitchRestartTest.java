// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.system;

import static io.phoneagent.system.Numbers.ANN;
import static io.phoneagent.system.Numbers.BOB;
import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.Transport;
import io.phoneagent.lab.Event;
import io.phoneagent.lab.InLab;
import io.phoneagent.lab.PhoneProcess;
import io.phoneagent.lab.SideBySide;
import io.phoneagent.lab.TestBed;
import io.phoneagent.lab.TrunkPeer;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** SIGKILL for the switch: what was registered stays so. */
@InLab
@SideBySide
@ParameterizedClass
@EnumSource(Transport.class)
final class SwitchRestartTest {

  private static TestBed bed;

  private final Transport transport;

  SwitchRestartTest(Transport transport) {
    this.transport = transport;
  }

  @BeforeAll
  static void build() {
    bed = TestBed.up(ANN, BOB);
  }

  @AfterAll
  static void end() {
    bed.close();
  }

  @BeforeEach
  void over() {
    bed.transport(transport);
  }

  @AfterEach
  void endPhones() {
    bed.endPrograms();
  }

  @Test
  void anIdlePhoneIsCallableSoonAfterTheSwitchIsBack() {
    PhoneProcess ann = bed.phone("phone1", ANN).awaitReachable();
    PhoneProcess bob = bed.phone("phone2", BOB).awaitReachable();
    TrunkPeer caller = bed.trunk();

    bed.killAndRestartSwitch();
    double ready = System.currentTimeMillis();
    caller.say("repeat again " + ANN.number() + " 100 cancel=0 give-up=3000");
    Event ringing =
        caller
            .events()
            .await(
                0,
                event ->
                    event.name().equals("response") && event.body().path("status").asInt() == 180,
                Duration.ofSeconds(20),
                "180 after the restart");
    caller.say("repeat-stop");
    assertThat(ringing.at() - ready).isLessThan(2000);

    for (PhoneProcess phone : new PhoneProcess[] {ann, bob}) {
      TestBed.SwitchRecord record = bed.record(phone.account());
      assertThat(record.status()).isEqualTo(200);
      assertThat(record.text("publicAddress")).isNotEmpty();
      assertThat(phone.events().named("registered")).hasSize(1);
      assertThat(phone.events().named("leased")).hasSize(1);
    }
  }
}
