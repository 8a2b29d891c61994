// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.phoneagent.flow.TransactionId;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Runs the stored inputs as tests; with JAZZER_FUZZ=1 it looks for new ones. */
final class StunFuzzTest {
  @FuzzTest(maxDuration = "60s")
  void readsOrPassesOver(byte[] data) {
    // Behind the right beginning, as what is wrong there is passed over at once.
    byte[] answer = StunAnswerTest.octets("0101 0000 2112a442 b7e7a701bc34d686fa87dfae");
    byte[] whole = Arrays.copyOf(answer, answer.length + data.length);
    System.arraycopy(data, 0, whole, answer.length, data.length);
    ByteBuffer message = ByteBuffer.wrap(whole).putShort(2, (short) data.length);
    TransactionId transaction = new TransactionId(0xb7e7a701, 0xbc34d686fa87dfaeL);
    StunAnswer.read(message, transaction);
    StunAnswer.read(message.putShort(0, (short) 0x0111), transaction);
    StunAnswer.read(ByteBuffer.wrap(data), transaction);
  }
}
