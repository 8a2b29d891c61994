// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.system;

import static io.phoneagent.system.Numbers.ANN;
import static io.phoneagent.system.Numbers.BOB;
import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.lab.Event;
import io.phoneagent.lab.InLab;
import io.phoneagent.lab.PhoneProcess;
import io.phoneagent.lab.TestBed;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A phone is plugged in: its network gives it an address and says where the switch is. */
@InLab
final class ZeroTouchTest {

  @Test
  void withNumberAndSecretAloneItCanBeCalled() {
    try (TestBed bed = TestBed.up(Map.of("LAB_DHCP_SIP", TestBed.SWITCH), ANN, BOB)) {
      PhoneProcess bob = bed.phone("phone2", BOB).awaitReachable();
      double plugged = System.currentTimeMillis();
      PhoneProcess ann = bed.pluggedInPhone("phone1", ANN);
      Event leased = ann.await("leased");
      Event open = ann.await("flow-open");
      assertThat(leased.text("server")).isEqualTo("192.168.1.1");
      System.out.printf(
          "plugged in: leased after %.0f ms, can be called after %.0f ms, the JVM's start included%n",
          leased.at() - plugged, open.at() - plugged);
      bob.say("call " + ANN.number());
      assertThat(ann.await("call-incoming").text("from")).isEqualTo(BOB.number());
      bob.await("call-established");
      assertThat(bed.record(ANN).text("localAddress")).isEqualTo(leased.text("address"));
    }
  }
}
