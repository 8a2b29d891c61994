// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.system;

import static io.phoneagent.system.Numbers.ANN;
import static io.phoneagent.system.Numbers.BOB;
import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.lab.Capture;
import io.phoneagent.lab.Event;
import io.phoneagent.lab.InLab;
import io.phoneagent.lab.PhoneProcess;
import io.phoneagent.lab.SideBySide;
import io.phoneagent.lab.TestBed;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A phone is plugged in: its network gives it an address and says where the switch is. */
@InLab
@SideBySide
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

  @Test
  void whereTheSystemHasTheAddressDhcpStillNamesTheSwitch() throws Exception {
    try (TestBed bed = TestBed.up(Map.of("LAB_DHCP_SIP", TestBed.SWITCH), ANN)) {
      Capture capture = bed.lab().capture("phone1", "udp port 67 or udp port 68");
      PhoneProcess ann = bed.informedPhone("phone1", ANN).awaitReachable();
      Event leased = ann.await("leased");
      assertThat(bed.record(ANN).text("localAddress")).isEqualTo(leased.text("address"));
      ann.say("quit");
      assertThat(ann.program().exitCode(Duration.ofSeconds(10))).isZero();
      capture.stop();
      String inform = "dhcp.ip.client == " + leased.text("address");
      assertThat(capture.fields(inform, "dhcp.option.dhcp")).contains(List.of("8"), List.of("5"));
      assertThat(capture.fields("_ws.malformed", "frame.number")).isEmpty();
    }
  }
}
