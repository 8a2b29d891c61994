// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.List;
import java.util.function.Consumer;

/** Runs the stored inputs as tests; with JAZZER_FUZZ=1 it looks for new ones. */
final class MessageFuzzTest {
  private static final List<Consumer<byte[]>> READERS =
      List.of(
          MessageReader::registrationAnswer,
          MessageReader::addressRequest,
          MessageReader::addressAnswer,
          MessageReader::registrationRecord,
          MessageReader::whoAmI,
          data -> MessageReader.problem(data, 409));

  @FuzzTest(maxDuration = "60s")
  void readsOrSaysWhatIsWrong(byte[] data) {
    for (Consumer<byte[]> reader : READERS) {
      try {
        reader.accept(data);
      } catch (MalformedMessageException e) {
        assertThat(e).hasMessageMatching("(?s).{5,}");
      }
    }
  }
}
