// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.Transport;
import io.phoneagent.lab.Account;
import io.phoneagent.lab.InLab;
import io.phoneagent.lab.PhoneProcess;
import io.phoneagent.lab.TestBed;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The firewall's public address flaps, A-B-A, faster than anybody could be told of each. */
@InLab
final class FlapTest {
  /** More with {@code -Dphoneagent.flaps=100}. */
  private static final int COUNT = Integer.getInteger("phoneagent.flaps", 8);

  private static final Account ANN = Numbers.ANN.backedByTrunk(TestBed.OUTSIDE);

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

  @ParameterizedTest
  @EnumSource(Transport.class)
  void noCallIsLostAndNoBindingLeftStale(Transport transport) {
    bed.transport(transport);
    bed.probe("natpmp", Duration.ofSeconds(1));
    PhoneProcess phone = bed.phone("phone1", ANN).awaitReachable();
    Flaps.Outcome outcome =
        Flaps.run(bed, phone, "flaps " + transport, COUNT, System.currentTimeMillis());
    assertThat(outcome.stale()).isEmpty();
    assertThat(outcome.lost()).isEmpty();
    assertThat(outcome.calls().percentile(100)).isLessThan(Flaps.BOUND);
    assertThat(outcome.backups()).allMatch(since -> since < Flaps.BACKUP_IS_RIGHT);
  }
}
