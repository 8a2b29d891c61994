// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.place;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TsigKeyTest {
  private static final TsigKey KEY = new TsigKey("switch-key", "hmac-sha256", "c2Vj//cmV0");

  @Test
  void asTsigKeygenWritesIt() {
    assertThat(
            TsigKey.parse(
                "key \"switch-key\" {\n\talgorithm hmac-sha256;\n\tsecret \"c2Vj//cmV0\";\n};\n"))
        .contains(KEY);
  }

  @Test
  void asAPersonWritesIt() {
    assertThat(
            TsigKey.parse(
                "# ours\nKEY switch-key { // by hand\n /* first */ secret \"c2Vj//cmV0\";"
                    + " algorithm HMAC-SHA256; }"))
        .contains(KEY);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "key \"k\" { };",
        "key \"k\" { algorithm hmac-sha256; };",
        "key \"k\" { algorithm hmac-md5; secret \"c2VjcmV0\"; };",
        "key \"k\" { algorithm hmac-sha256; secret \"not base 64\"; };",
        "key \"k\" { algorithm hmac-sha256; secret \"\"; };",
        "key \"k\" { algorithm hmac-sha256; secret \"c2VjcmV0\"; other x; };",
        "key \"k\" { algorithm hmac-sha256; secret \"c2VjcmV0\"; } key \"l\" { };",
        "key \"k\" { algorithm hmac-sha256; secret \"c2VjcmV0\"; x };"
      })
  void nothingElse(String text) {
    assertThat(TsigKey.parse(text)).isEmpty();
  }

  @Test
  void itsTextHasNoSecret() {
    assertThat(KEY.toString()).isEqualTo("TsigKey[switch-key, hmac-sha256]");
  }
}
