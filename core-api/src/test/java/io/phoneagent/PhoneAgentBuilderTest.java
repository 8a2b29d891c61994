// SPDX-License-Identifier: Apache-2.0
package io.phoneagent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phoneagent.spi.IpLiteral;
import io.phoneagent.spi.PublicAddressProbe;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a vendor gets wrong is said at once, with the way out. */
class PhoneAgentBuilderTest {
  @Test
  void linesHideTheirSecret() {
    Line line = Line.number("+15551230001").secret("hush").backup("+15551239999");
    assertThat(line.toString()).contains("+15551230001", "+15551239999").doesNotContain("hush");
    assertThat(line.secret()).isEqualTo("hush");
  }

  @Test
  void aLineIsNotItsOwnBackup() {
    assertThatThrownBy(() -> Line.number("+15551230001").backup("+15551230001"))
        .hasMessageContaining("own number");
  }

  @Test
  void withoutItsCodeTheApiSaysWhatToAdd() {
    assertThatThrownBy(() -> PublicAddressProbe.httpGet("/status"))
        .isInstanceOf(PhoneAgentException.class)
        .hasMessageContaining("io.phoneagent:nat-probe");
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT0.05S", "PT25H"})
  void intervalsHaveARange(String interval) {
    assertThatThrownBy(() -> ReregistrationSchedule.checkEvery(Duration.parse(interval)))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("100 ms to one day");
  }

  @Test
  void jitterHasARange() {
    assertThatThrownBy(() -> new ReregistrationSchedule(Duration.ofSeconds(1), Double.NaN))
        .isInstanceOf(InvalidSettingException.class);
  }

  @Test
  void endpointsAreWrittenAsInUris() {
    assertThat(new Endpoint(IpLiteral.parse("192.0.2.1").orElseThrow(), 5060))
        .hasToString("192.0.2.1:5060");
    assertThat(new Endpoint(IpLiteral.parse("2001:db8::1").orElseThrow(), 5060).toString())
        .startsWith("[2001:db8:")
        .endsWith("]:5060");
    assertThatThrownBy(() -> new Endpoint(IpLiteral.parse("192.0.2.1").orElseThrow(), 0))
        .isInstanceOf(InvalidSettingException.class);
  }
}
