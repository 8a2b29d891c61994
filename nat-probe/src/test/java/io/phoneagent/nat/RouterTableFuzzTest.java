// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.phoneagent.InvalidSettingException;

/** Runs the stored inputs as tests; with JAZZER_FUZZ=1 it looks for new ones. */
final class RouterTableFuzzTest {
  @FuzzTest(maxDuration = "60s")
  void readsOrPassesOver(byte[] data) {
    String text = new String(data, UTF_8);
    readOrRefuse(text);
  }

  private static void readOrRefuse(String text) {
    try {
      RouterTable.read(text);
    } catch (InvalidSettingException e) {
      if (!String.valueOf(e.getMessage()).startsWith("router-table: ")) {
        throw e;
      }
    }
  }
}
