// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.registrar;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.phoneagent.PhoneNumber;
import java.nio.charset.StandardCharsets;

class DigestNoncesFuzzTest {
  private static final PhoneNumber NUMBER = new PhoneNumber("+15550000002");

  private final DigestNonces nonces = new DigestNonces();

  @FuzzTest(maxDuration = "60s")
  void nothingThatIsMadeUpIsGood(byte[] text) {
    String nonce = "p." + new String(text, StandardCharsets.ISO_8859_1);
    assertThat(nonces.stamp(nonce, NUMBER, new byte[4], 0)).isEmpty();
  }
}
