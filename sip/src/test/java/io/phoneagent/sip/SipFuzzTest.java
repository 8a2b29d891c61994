// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;

/** Runs the stored inputs as tests; with JAZZER_FUZZ=1 it looks for new ones. */
final class SipFuzzTest {
  @FuzzTest(maxDuration = "60s")
  void readsOrRefuses(byte[] data) {
    MangledMessageTest.use(new SipReader(SipLimits.defaults()).read(data));
    SessionDescription.parse(data).ifPresent(MangledMessageTest::use);
    new SipFramer(SipLimits.defaults())
        .receive(
            ByteBuffer.wrap(data),
            message -> MangledMessageTest.use(new SipReader(SipLimits.defaults()).read(message)));
  }
}
