// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Keys in the bodies of INFO. */
final class InfoDigitTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "application/dtmf-relay | Signal=5~Duration=160   | 5",
        "application/dtmf-relay | Signal= #~Duration= 160 | #",
        "application/dtmf-relay | duration=100~SIGNAL = b | B",
        "application/dtmf-relay | Signal=10               | *",
        "application/dtmf-relay | Signal=15               | D",
        "Application/DTMF-Relay;x=y | Signal=0            | 0",
        "application/dtmf       | 7                       | 7",
        "application/dtmf-relay | Signal=16               | none",
        "application/dtmf-relay | Signal=                 | none",
        "application/dtmf-relay | Signal=55               | none",
        "application/dtmf-relay | Signal                  | none",
        "application/dtmf-relay | 5                       | none",
        "application/dtmf       | Signal=5                | none",
        "text/plain             | 5                       | none",
      })
  void readsKeys(String type, String body, String key) {
    SipRequest info =
        Wire.plain(SipMethod.INFO, "z9hG4bK1")
            .body(type, Octets.bytes(body.replace("~", "\r\n")))
            .build();
    assertThat(InfoDigit.read(info).map(String::valueOf).orElse("none")).isEqualTo(key);
  }
}
