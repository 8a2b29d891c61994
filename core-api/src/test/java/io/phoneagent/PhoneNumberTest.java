// SPDX-License-Identifier: Apache-2.0
package io.phoneagent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PhoneNumberTest {
  @ParameterizedTest
  @CsvSource({
    "+15551230001, +15551230001",
    "+1 (555) 123-0001, +15551230001",
    "+49.89.636.48018, +498963648018",
    "+12, +12",
    "+123456789012345, +123456789012345"
  })
  void readsNumbersAsPeopleWriteThem(String text, String e164) {
    assertThat(PhoneNumber.of(text)).isEqualTo(new PhoneNumber(e164)).hasToString(e164);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "+", "+1", "15551230001", "+0123456", "+1234567890123456", "+1555a", "++155"})
  void refusesAllElseAndSaysHowToMendIt(String text) {
    assertThatThrownBy(() -> PhoneNumber.of(text))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("'" + text + "'")
        .hasMessageContaining("+15551230001");
  }

  @Test
  void theCanonicalFormHasNoSeparators() {
    assertThatThrownBy(() -> new PhoneNumber("+1 555")).isInstanceOf(InvalidSettingException.class);
  }
}
