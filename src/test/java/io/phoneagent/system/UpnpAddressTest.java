// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.system;

import static io.phoneagent.system.Numbers.ANN;
import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.lab.Event;
import io.phoneagent.lab.InLab;
import io.phoneagent.lab.Outages;
import io.phoneagent.lab.PhoneProcess;
import io.phoneagent.lab.TestBed;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The firewall runs miniupnpd, and the phone asks it by UPnP alone. */
@InLab
final class UpnpAddressTest {
  private static final Duration INTERVAL = Duration.ofMinutes(10);

  private static TestBed bed;

  @BeforeAll
  static void build() {
    bed = TestBed.up(Map.of("LAB_UPNP", "1"), ANN);
  }

  @AfterAll
  static void end() {
    bed.close();
  }

  @AfterEach
  void endPhones() {
    bed.endPrograms();
  }

  @Test
  void anEventMovesTheFlow() {
    bed.probe("igd", INTERVAL);
    PhoneProcess phone = bed.phone("phone1", ANN).awaitReachable();
    Event told = phone.await("public-address");
    assertThat(told.text("source")).isEqualTo("igd");
    assertThat(told.text("address")).startsWith("203.0.113.");
    Outages outages = new Outages(bed, bed.trunk(), "site1", phone);

    for (int i = 0; i < 5; i++) {
      int mark = phone.events().mark();
      Outages.Outage outage = outages.measure(Duration.ofMillis(300));
      Event moved = phone.await(mark, "flow-moved");
      System.out.printf(
          Locale.ROOT,
          "UPnP: the flow moved %.0f ms after the change, the phone could be called after %.0f ms%n",
          moved.at() - outage.changedAt(),
          outage.millis());
      // Within a check's interval of 10 minutes only an event can have told.
      assertThat(outage.millis()).isLessThan(4000);
      assertThat(phone.await(mark, "public-address").text("address"))
          .isEqualTo(outage.newAddress());
      assertThat(bed.record(ANN).text("observedAddress")).startsWith(outage.newAddress());
    }
    assertThat(phone.explain())
        .extracting(entry -> entry.path("cause").asText())
        .anyMatch(cause -> cause.startsWith("UPnP announced 203.0.113."));
  }
}
