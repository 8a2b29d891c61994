// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.phone;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.examples.stack.SipAlone;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The stack without the agent: two of the example's phones call each other at our switch. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SipAloneTest {
  private static final String ANNA = "+15551230001";
  private static final String BERT = "+15551230002";

  private static Process phone(TestSwitch at, String... more) throws Exception {
    List<String> arguments =
        new ArrayList<>(List.of("127.0.0.1", "127.0.0.1", "" + at.signallingPort()));
    arguments.addAll(List.of(more));
    return at.example(SipAlone.class, arguments.toArray(new String[0]));
  }

  @Test
  void oneCallsTheOther(@TempDir Path data) throws Exception {
    try (TestSwitch at = new TestSwitch(data, ANNA, "anna", BERT, "bert")) {
      Process bert = phone(at, BERT, "bert");
      try (BufferedReader heard = bert.inputReader(StandardCharsets.UTF_8)) {
        assertThat(heard.readLine()).isEqualTo("registered: 200");
        Process anna = phone(at, ANNA, "anna", BERT);
        try (BufferedReader told = anna.inputReader(StandardCharsets.UTF_8)) {
          assertThat(told.readLine()).isEqualTo("registered: 200");
          assertThat(told.readLine()).isEqualTo("progress: 180");
          assertThat(told.readLine()).isEqualTo("established: true");
          assertThat(told.readLine()).isEqualTo("ended: 200");
          assertThat(heard.readLine()).isEqualTo("established: true");
          assertThat(heard.readLine()).isEqualTo("ended: 200");
        } finally {
          anna.destroyForcibly();
        }
      } finally {
        bert.destroyForcibly();
      }
    }
  }
}
