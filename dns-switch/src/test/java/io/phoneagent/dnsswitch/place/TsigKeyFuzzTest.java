// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.place;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/** Runs the stored inputs as tests; with JAZZER_FUZZ=1 it looks for new ones. */
final class TsigKeyFuzzTest {
  @FuzzTest(maxDuration = "60s")
  void readsAKeyOrNone(byte[] data) {
    Optional<TsigKey> key = TsigKey.parse(new String(data, StandardCharsets.ISO_8859_1));
    key.ifPresent(k -> assertThat(Base64.getDecoder().decode(k.secret())).isNotEmpty());
  }
}
