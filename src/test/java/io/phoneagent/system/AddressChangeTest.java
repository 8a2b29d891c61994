// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.system;

import static io.phoneagent.system.Numbers.ANN;
import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.Transport;
import io.phoneagent.lab.InLab;
import io.phoneagent.lab.Outages;
import io.phoneagent.lab.PhoneProcess;
import io.phoneagent.lab.SideBySide;
import io.phoneagent.lab.TestBed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The firewall gets another public address: the phone is back by itself. */
@InLab
@SideBySide
@ParameterizedClass
@EnumSource(Transport.class)
final class AddressChangeTest {

  private static TestBed bed;

  private final Transport transport;

  AddressChangeTest(Transport transport) {
    this.transport = transport;
  }

  @BeforeAll
  static void build() {
    bed = TestBed.up(ANN);
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
  void thePhoneIsCallableAgainWithoutARestart() {
    PhoneProcess phone = bed.phone("phone1", ANN).awaitReachable();
    long pid = phone.program().pid();
    Outages outages = Outages.of(bed, bed.trunk(), "site1", phone);

    List<String> addresses = new ArrayList<>();
    for (int phase : new int[] {200, 500, 900}) {
      Outages.Outage outage = outages.measure(Duration.ofMillis(phase));
      // Here a machine may be busy; benchmarks/outage holds the median of many to 1.5 s.
      assertThat(outage.millis()).isLessThan(4000);

      addresses.add(outage.newAddress());
      TestBed.SwitchRecord record = bed.record(ANN);
      assertThat(record.text("publicAddress")).isEqualTo(outage.newAddress());
      assertThat(record.text("observedAddress")).startsWith(outage.newAddress());
      assertThat(phone.explain())
          .anyMatch(entry -> entry.path("cause").asText().contains(outage.newAddress()));
    }

    assertThat(phone.program().alive()).isTrue();
    assertThat(phone.program().pid()).isEqualTo(pid);
    assertThat(phone.events().named("leased")).hasSize(1);
    assertThat(phone.events().named("registered")).hasSize(1);
    assertThat(phone.events().named("reregistered")).hasSizeGreaterThanOrEqualTo(3);
    assertThat(phone.events().named("public-address"))
        .extracting(event -> event.text("address"))
        .containsSubsequence(addresses);
  }
}
