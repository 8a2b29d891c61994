// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phoneagent.AgentStatus;
import io.phoneagent.InvalidSettingException;
import io.phoneagent.Line;
import io.phoneagent.PhoneAgent;
import io.phoneagent.PhoneAgentBuilder;
import io.phoneagent.spi.AgentFactory;
import io.phoneagent.spi.FirewallProbes;
import io.phoneagent.spi.OperatingSystemAddresses;
import io.phoneagent.spi.PublicAddressProbe;
import io.phoneagent.spi.SettingsJson;
import java.net.URI;
import java.util.Collections;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The builder with the code behind it on the class path. */
class BuilderTest {
  private static final Line LINE = Line.number("+15551230001").secret("hush");

  private static PhoneAgentBuilder builder() {
    return PhoneAgent.builder().dnsSwitch(URI.create("https://switch.test"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"ftp://switch", "switch", "https:///v1", "https://u:p@switch", "https://s/?q=1"})
  void aSwitchIsAnHttpsAddress(String uri) {
    assertThatThrownBy(() -> PhoneAgent.builder().dnsSwitch(URI.create(uri)))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageStartingWith("dns-switches: ");
  }

  @Test
  @SuppressWarnings("NullAway") // What the vendor does is what is tested.
  void whatIsNullIsNamedWhereItIsGiven() {
    PhoneAgentBuilder builder = builder();
    assertThatThrownBy(() -> builder.dnsSwitch(null)).hasMessage("preferred");
    assertThatThrownBy(() -> builder.settings(null)).hasMessage("settings");
    assertThatThrownBy(() -> builder.line(null)).hasMessage("line");
    assertThatThrownBy(() -> builder.macAddress(null)).hasMessage("address");
    assertThatThrownBy(() -> builder.addressProvider(null)).hasMessage("provider");
    assertThatThrownBy(() -> builder.publicAddressProbe(null)).hasMessage("probe");
    assertThatThrownBy(() -> builder.reregistration(null)).hasMessage("schedule");
    assertThatThrownBy(() -> builder.treatAsPublic(null)).hasMessage("ranges");
    assertThatThrownBy(() -> builder.transport(null)).hasMessage("transport");
    assertThatThrownBy(() -> builder.trust(null)).hasMessage("authorities");
    assertThatThrownBy(() -> builder.trust(Collections.singleton(null))).hasMessage("authority");
    assertThatThrownBy(() -> builder.httpExchange(null)).hasMessage("exchange");
    assertThatThrownBy(() -> builder.networkBinding(null)).hasMessage("binding");
    assertThatThrownBy(() -> builder.identityStore(null)).hasMessage("store");
    assertThatThrownBy(() -> builder.onIncomingCall(null)).hasMessage("handler");
    assertThatThrownBy(() -> builder.listener(null)).hasMessage("listener");
    assertThatThrownBy(() -> builder.callbackExecutor(null)).hasMessage("executor");
    assertThatThrownBy(() -> builder.runtime(null)).hasMessage("runtime");
    assertThatThrownBy(() -> builder.classLoader(null)).hasMessage("loader");
  }

  @Test
  void whatIsMissingIsNamed() {
    assertThatThrownBy(() -> PhoneAgent.builder().line(LINE).build())
        .hasMessageContaining("dnsSwitch(URI)");
    assertThatThrownBy(() -> builder().build()).hasMessageContaining("Line.number(");
    assertThatThrownBy(() -> builder().line(Line.number("+15551230001")))
        .hasMessageStartingWith("secret: ");
    assertThatThrownBy(() -> builder().line(LINE).line(LINE)).hasMessageContaining("there already");
  }

  @Test
  void anAgentThatWasNotStartedStandsStillAndCanBeClosed() {
    try (PhoneAgent agent = builder().line(LINE).build()) {
      assertThat(agent.status()).isEqualTo(AgentStatus.STOPPED);
      assertThat(agent.explain()).isEmpty();
      assertThat(agent.line("+15551230001").reachable()).isFalse();
    }
  }

  /** The module descriptors and META-INF/services must name the same code. */
  @ParameterizedTest
  @ValueSource(
      classes = {
        AgentFactory.class,
        FirewallProbes.class,
        OperatingSystemAddresses.class,
        SettingsJson.class
      })
  void servicesAreFoundOnTheClassPath(Class<?> service) {
    assertThat(ServiceLoader.load(service)).hasSize(1);
  }

  @Test
  void theFactoriesOfTheApiWork() {
    assertThat(PublicAddressProbe.httpGet("/status").id()).isEqualTo("/status");
    assertThat(PublicAddressProbe.igd().id()).isEqualTo("igd");
  }
}
