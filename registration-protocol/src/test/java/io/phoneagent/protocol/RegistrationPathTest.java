// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phoneagent.InvalidSettingException;
import io.phoneagent.PhoneNumber;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegistrationPathTest {
  private static final PhoneNumber NUMBER = new PhoneNumber("+15551230001");

  @Test
  void encodesTheNumber() {
    assertThat(RegistrationPath.of(NUMBER)).isEqualTo("/v1/registrations/%2B15551230001");
  }

  @ParameterizedTest
  @ValueSource(strings = {"%2B15551230001", "%2b15551230001", "+15551230001", "+1555123000%31"})
  void readsTheNumber(String segment) {
    assertThat(RegistrationPath.number("/v1/registrations/" + segment)).contains(NUMBER);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "/v1/registrations",
        "/v1/registrations/",
        "/v1/registrations/15551230001",
        "/v1/registrations/%2B15551230001/",
        "/v1/registrations/%2B15551230001%",
        "/v1/registrations/%2B1555123000%3",
        "/v1/registrations/%2B15551230001%00",
        "/v1/registrations/%252B15551230001",
        "/v2/registrations/%2B15551230001",
      })
  void refusesOtherPaths(String path) {
    assertThat(RegistrationPath.number(path)).isEmpty();
  }

  @Test
  void writesAndReadsCredentialsAndHidesTheSecret() {
    BasicAuthorization line = BasicAuthorization.of(NUMBER, "s:ecr\u00e9t");
    assertThat(BasicAuthorization.parse(line.header()))
        .hasValueSatisfying(
            read -> {
              assertThat(read.number()).isEqualTo(NUMBER);
              assertThat(read.secret()).isEqualTo("s:ecr\u00e9t");
            });
    assertThat(line.toString()).doesNotContain("ecr");
    assertThat(BasicAuthorization.parse("basic " + line.header().substring(6))).isPresent();
  }

  @ParameterizedTest
  @ValueSource(strings = {"+15551230001:", "+15551230001", "15551230001:s", ":s", "+1555\n:s", ""})
  void refusesOtherCredentials(String text) {
    String header = "Basic " + Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    assertThat(BasicAuthorization.parse(header)).isEmpty();
    assertThat(BasicAuthorization.parse("Bearer " + text)).isEmpty();
    assertThat(BasicAuthorization.parse("Basic *" + text)).isEmpty();
  }

  @Test
  void refusesSecretsThatCannotBe() {
    assertThatThrownBy(() -> BasicAuthorization.of(NUMBER, "top\nsecret"))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageNotContaining("top");
  }
}
