// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.phone;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.testkit.VirtualTime;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EventLogTest {
  private final VirtualTime time = new VirtualTime();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final EventLog log = new EventLog(out, time);

  @Test
  void writesALineForEachEvent() {
    log.write("digit", "a \"key\"", json -> json.writeStringField("digit", "#"));
    log.write(
        "disrupted",
        "away",
        json ->
            EventLog.trouble(json, "registration", "away", Optional.of(Duration.ofMillis(200))));
    long at = time.epochMillis();
    assertThat(out.toString(StandardCharsets.UTF_8))
        .isEqualTo(
            "{\"at\":"
                + at
                + ",\"event\":\"digit\",\"cause\":\"a \\\"key\\\"\",\"digit\":\"#\"}\n"
                + "{\"at\":"
                + at
                + ",\"event\":\"disrupted\",\"cause\":\"away\","
                + "\"what\":\"registration\",\"detail\":\"away\",\"retryIn\":0.200}\n");
  }

  @Test
  void nothingFollowsTheLastEvent() {
    log.writeLast("stopped", "told to quit");
    log.error("call", "too late");
    assertThat(out.toString(StandardCharsets.UTF_8)).endsWith("\"cause\":\"told to quit\"}\n");
  }

  @Test
  void aReaderThatIsGoneDoesNotEndThePhone() {
    EventLog deaf =
        new EventLog(
            new OutputStream() {
              @Override
              public void write(int octet) throws IOException {
                throw new IOException("broken pipe");
              }
            },
            time);
    deaf.error("call", "nobody reads this");
    deaf.error("call", "nor this");
    assertThat(out.size()).isZero();
  }
}
