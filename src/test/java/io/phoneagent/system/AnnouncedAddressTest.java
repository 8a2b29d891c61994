// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.system;

import static io.phoneagent.system.Numbers.ANN;
import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.lab.Event;
import io.phoneagent.lab.InLab;
import io.phoneagent.lab.Outages;
import io.phoneagent.lab.PhoneProcess;
import io.phoneagent.lab.SideBySide;
import io.phoneagent.lab.TestBed;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The firewall runs miniupnpd and announces its new address: nobody waits for the next check. */
@InLab
@SideBySide
final class AnnouncedAddressTest {
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

  /** Without a word about probes it finds the gateway that announces, and the switch's view. */
  @Test
  void aPhoneThatIsToldNothingFindsWhatAnnounces() {
    bed.probeWhatThereIs(INTERVAL);
    PhoneProcess phone = bed.phone("phone1", ANN).awaitReachable();
    Outages.Outage outage =
        Outages.of(bed, bed.trunk(), "site1", phone).measure(Duration.ofMillis(300));
    System.out.printf(
        Locale.ROOT, "told nothing: could be called after %.0f ms%n", outage.millis());
    assertThat(outage.millis()).isLessThan(4000);
    assertThat(bed.record(ANN).text("observedAddress")).startsWith(outage.newAddress());
  }

  @ParameterizedTest
  @CsvSource({"natpmp, NAT-PMP", "pcp, PCP"})
  void theFlowMovesAtOnce(String probe, String protocol) {
    bed.probe(probe, INTERVAL);
    PhoneProcess phone = bed.phone("phone1", ANN).awaitReachable();
    assertThat(phone.await("public-address").text("source")).isEqualTo(probe);
    Outages outages = Outages.of(bed, bed.trunk(), "site1", phone);

    for (int i = 0; i < 3; i++) {
      int mark = phone.events().mark();
      Outages.Outage outage = outages.measure(Duration.ofMillis(300));
      Event moved = phone.await(mark, "flow-moved");
      System.out.printf(
          Locale.ROOT,
          "%s: the flow moved %.0f ms after the change, the phone could be called after %.0f ms%n",
          protocol,
          moved.at() - outage.changedAt(),
          outage.millis());
      // Within a check's interval of 10 minutes only an announcement can have told.
      assertThat(outage.millis()).isLessThan(4000);
      assertThat(phone.await(mark, "public-address").text("address"))
          .isEqualTo(outage.newAddress());
      assertThat(bed.record(ANN).text("observedAddress")).startsWith(outage.newAddress());
    }
    assertThat(phone.explain())
        .extracting(entry -> entry.path("cause").asText())
        .anyMatch(cause -> cause.contains("NAT-PMP announced") || cause.contains("anew"));
  }
}
