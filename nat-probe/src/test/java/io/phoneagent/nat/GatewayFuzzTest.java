// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;

/** Runs the stored inputs as tests; with JAZZER_FUZZ=1 it looks for new ones. */
final class GatewayFuzzTest {
  @FuzzTest(maxDuration = "60s")
  void readsOrPassesOver(byte[] data) {
    GatewayCodec.read(ByteBuffer.wrap(data));
  }
}
