// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code WWW-Authenticate} as servers write it, RFC 9110, section 11.6.1. */
class ChallengeTest {
  @Test
  void severalInOneHeader() {
    assertThat(
            Challenge.read(
                "Newauth realm=\"apps\", type=1, title=\"Login to \\\"apps\\\"\", Basic"
                    + " realm=\"simple, with = and \\\\\" , Digest nonce = x ,NTLM"))
        .containsExactly(
            new Challenge(
                "newauth", Map.of("realm", "apps", "type", "1", "title", "Login to \"apps\"")),
            new Challenge("basic", Map.of("realm", "simple, with = and \\")),
            new Challenge("digest", Map.of("nonce", "x")),
            new Challenge("ntlm", Map.of()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | ''",
        "' , ,' | ''",
        "BASIC | basic",
        "Basic realm=\"never ends | basic realm=never ends",
        "Basic realm=\"\\ | basic realm=\\",
        "Basic realm= | basic realm=",
        "=x | ''",
        "realm=\"x\" | realm",
        "Negotiate YII==, Basic | negotiate yii== basic"
      })
  void whatIsDamagedEndsIt(String header, String read) {
    StringBuilder text = new StringBuilder();
    for (Challenge each : Challenge.read(header)) {
      text.append(' ').append(each.scheme());
      each.parameters().forEach((n, v) -> text.append(' ').append(n).append('=').append(v));
    }
    assertThat(text.toString().trim()).isEqualTo(read);
  }

  @Test
  void aFloodIsNotRead() {
    assertThat(Challenge.read("Basic, ".repeat(1000))).hasSizeLessThanOrEqualTo(17);
    assertThat(Challenge.read("Basic realm=\"" + "x".repeat(8192) + "\"")).isEmpty();
  }
}
