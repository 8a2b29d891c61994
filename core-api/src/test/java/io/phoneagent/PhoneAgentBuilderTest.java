// SPDX-License-Identifier: Apache-2.0
package io.phoneagent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phoneagent.spi.IpLiteral;
import io.phoneagent.spi.PublicAddressProbe;
import java.net.URI;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
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
  void aLineMayGoByOtherNamesTowardsARegistrar() {
    Line line = Line.number("+15551230001").secret("hush");
    assertThat(line.user()).isEqualTo("+15551230001");
    assertThat(line.authenticationName()).isEqualTo("+15551230001");
    assertThat(line.user("1001").authenticationName()).isEqualTo("1001");
    assertThat(line.user("1001").authenticationName("anna").backup("+15551239999").user())
        .isEqualTo("1001");
    for (String wrong : List.of("", "a b", "a@b", "<a>", "x".repeat(129))) {
      assertThatThrownBy(() -> line.user(wrong)).isInstanceOf(InvalidSettingException.class);
    }
    assertThatThrownBy(() -> line.authenticationName("a\n"))
        .isInstanceOf(InvalidSettingException.class);
    assertThat(line.realm()).isEmpty();
    assertThat(line.realm("calls.example").user("1001").backup("+15551239999").realm())
        .contains("calls.example");
    for (String wrong : List.of("", "a\n", "x".repeat(129))) {
      assertThatThrownBy(() -> line.realm(wrong)).isInstanceOf(InvalidSettingException.class);
    }
  }

  @Test
  void switchAndRegistrarDoNotGoTogether() {
    PhoneAgentBuilder builder =
        PhoneAgent.builder()
            .dnsSwitch(URI.create("https://switch.example"))
            .registrar(URI.create("sip:example.com"))
            .line(Line.number("+15551230001").secret("hush"));
    assertThatThrownBy(builder::build)
        .isInstanceOf(PhoneAgentException.class)
        .hasMessageContaining("one of them");
  }

  @Test
  void aLineIsNotItsOwnBackup() {
    assertThatThrownBy(() -> Line.number("+15551230001").backup("+15551230001"))
        .hasMessageContaining("own number");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "new\nline"})
  void aSecretIsCheckedWhereItIsGiven(String secret) {
    assertThatThrownBy(() -> Line.number("+15551230001").secret(secret))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageStartingWith("secret: ");
    assertThatThrownBy(() -> Line.number("+15551230001").secret("x".repeat(257) + secret))
        .hasMessageStartingWith("secret: ");
    assertThat(Line.number("+15551230001").secret("x".repeat(256)).secret()).hasSize(256);
  }

  @Test
  @SuppressWarnings("NullAway") // What the vendor does is what is tested.
  void whatIsNullIsNamed() {
    Line line = Line.number("+15551230001");
    assertThatThrownBy(() -> Line.number(null)).hasMessage("number");
    assertThatThrownBy(() -> line.secret(null)).hasMessage("secret");
    assertThatThrownBy(() -> line.backup(null)).hasMessage("backup");
    assertThatThrownBy(() -> line.realm(null)).hasMessage("realm");
    AgentSettingsBuilder settings = AgentSettings.builder();
    assertThatThrownBy(() -> settings.dnsSwitches(null)).hasMessage("dns-switches");
    assertThatThrownBy(() -> settings.dnsSwitches(Collections.singletonList(null)))
        .hasMessage("dns-switches");
    assertThatThrownBy(() -> settings.checkInterval(null)).hasMessage("check-interval");
    assertThatThrownBy(() -> settings.failbackMode(null)).hasMessage("failback-mode");
    assertThatThrownBy(() -> settings.keepAliveInterval(null)).hasMessage("keep-alive-interval");
    assertThatThrownBy(() -> settings.registrationExpiry(null)).hasMessage("registration-expiry");
    assertThatThrownBy(() -> settings.staticPublicAddress(null))
        .hasMessage("static-public-address");
    assertThatThrownBy(() -> settings.set("retry-interval", null)).hasMessage("retry-interval");
    assertThatThrownBy(() -> ReregistrationSchedule.checkEvery(null)).hasMessage("interval");
    assertThatThrownBy(() -> AgentRuntime.builder().callbackExecutor(null)).hasMessage("executor");
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
