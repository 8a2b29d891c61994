// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.system;

import static io.phoneagent.system.Numbers.ANN;
import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.lab.InLab;
import io.phoneagent.lab.Outages;
import io.phoneagent.lab.PhoneProcess;
import io.phoneagent.lab.RunningProgram;
import io.phoneagent.lab.SideBySide;
import io.phoneagent.lab.TestBed;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** Coturn on the internet says what the phone's public address is, and that it has changed. */
@InLab
@SideBySide
final class StunSourceTest {
  private static final String SERVER = "198.51.100.1";
  private static final String PORT = "3479";

  @Test
  void aPublicServerIsSourceEnough() {
    try (TestBed bed = TestBed.up(ANN);
        RunningProgram server =
            bed.lab()
                .start(
                    "coturn",
                    "internet",
                    List.of(
                        "turnserver",
                        "-n",
                        "--stun-only",
                        "--listening-ip=" + SERVER,
                        "--listening-port=" + PORT,
                        "--no-tls",
                        "--no-dtls",
                        "--no-cli",
                        "--log-file=stdout",
                        "--pidfile=" + bed.lab().state().resolve("coturn.pid")))) {
      bed.lab().dns("stun", SERVER);
      bed.probe("stun:stun.lab.test:" + PORT, Duration.ofSeconds(1));
      PhoneProcess phone = bed.phone("phone1", ANN).awaitReachable();
      assertThat(phone.await("public-address").text("source"))
          .isEqualTo("stun:stun.lab.test:" + PORT);
      Outages outages = Outages.of(bed, bed.trunk(), "site1", phone);
      for (int i = 0; i < 3; i++) {
        int mark = phone.events().mark();
        Outages.Outage outage = outages.measure(Duration.ofMillis(300));
        System.out.printf(Locale.ROOT, "STUN: could be called after %.0f ms%n", outage.millis());
        assertThat(outage.millis()).isLessThan(4000);
        assertThat(phone.await(mark, "public-address").text("address"))
            .isEqualTo(outage.newAddress());
        assertThat(bed.record(ANN).text("observedAddress")).startsWith(outage.newAddress());
      }
      assertThat(server.alive()).isTrue();
    }
  }
}
