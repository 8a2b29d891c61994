// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** Runs the stored inputs as tests; with JAZZER_FUZZ=1 it looks for new ones. */
final class RequestFuzzTest {
  /** What is read is written, and read again, as the same. */
  @FuzzTest(maxDuration = "60s")
  void whatIsReadIsWrittenTheSame(byte[] data) {
    RegistrationRequest read;
    try {
      read = MessageReader.registrationRequest(data);
    } catch (MalformedMessageException e) {
      return;
    }
    assertThat(MessageReader.registrationRequest(MessageWriter.write(read))).isEqualTo(read);
  }
}
