// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.phone;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.phoneagent.examples.ata.TwoLineAdapter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two telephones by MGCP and a call agent that is not ours, on loopback, with real audio. */
class MgcpPhonesTest {
  @TempDir private Path directory;

  @Test
  void callEachOtherAndHearEachOther() throws Exception {
    sound("anna.wav", 440);
    sound("ben.wav", 1_000);
    try (ScriptedCallAgent agent = new ScriptedCallAgent()) {
      TestPhone anna = phone(agent, "gw1001", "anna");
      TestPhone ben = phone(agent, "gw1002", "ben");
      try {
        assertThat(anna.await("in-service").get("method").asText()).isEqualTo("restart");
        ben.await("in-service");

        tone(anna, "offhook", "L/dl");
        anna.type("digits 1002");
        assertThat(ben.await("caller").get("number").asText()).isEqualTo("1001");
        assertThat(ben.await("ring").get("on").asText()).isEqualTo("true");
        awaitTone(anna, "G/rt");

        ben.type("offhook");
        assertThat(ben.await("ring").get("on").asText()).isEqualTo("false");
        mode(anna, "sendrecv");
        mode(ben, "sendrecv");
        awaitLength("anna-heard.wav", 12_000);
        awaitLength("ben-heard.wav", 12_000);

        anna.type("digits 5");
        assertThat(ben.await("digit").get("digit").asText()).isEqualTo("5");

        anna.type("flash");
        awaitTone(anna, "L/wt");

        anna.type("onhook");
        mode(anna, "deleted");
        mode(ben, "deleted");
        awaitTone(ben, "L/ro");
        ben.type("onhook");
        awaitTone(ben, "");

        // A number that nobody has.
        tone(ben, "offhook", "L/dl");
        ben.type("digits 9999");
        awaitTone(ben, "L/ro");
        ben.type("onhook");

        anna.type("answer");
        assertThat(anna.await("error").get("detail").asText()).contains("offhook", "explain");
        anna.type("explain");
        JsonNode timeline = anna.await("explain").get("timeline");
        assertThat(timeline.findValuesAsText("cause"))
            .startsWith(
                "the call agent is at " + agent.address(),
                "RSIP restart goes to " + agent.address(),
                "the call agent has answered RSIP restart");
        assertThat(timeline.findValuesAsText("to"))
            .startsWith("waiting", "announcing", "in service");
      } finally {
        anna.type("quit");
        ben.type("quit");
      }
      assertThat(anna.exitCode()).isZero();
      assertThat(ben.exitCode()).isZero();
      assertThat(agent.failures()).isEmpty();
      wellFormed(agent);
    }
    assertThat(pitch("anna-heard.wav")).isBetween(950.0, 1_050.0);
    assertThat(pitch("ben-heard.wav")).isBetween(410.0, 470.0);
  }

  @Test
  void theAdapterOfTheExamplesHasTwoLinesAndSaysGoodBye() throws Exception {
    try (ScriptedCallAgent agent = new ScriptedCallAgent()) {
      TwoLineAdapter.main(new String[] {agent.address(), "127.0.0.1", "ata.example.net"});
      List<String> said =
          agent.seen().stream()
              .map(one -> new String(one.octets(), StandardCharsets.ISO_8859_1))
              .toList();
      assertThat(said.get(0)).startsWith("RSIP").contains(" *@ata.example.net ");
      assertThat(said)
          .anyMatch(text -> text.contains("aaln/2@ata.example.net") && text.contains("O: L/hd"))
          .anyMatch(text -> text.contains("RM: forced\r\n"));
      wellFormed(agent);
    }
  }

  /** tshark, where it is installed, reads what was sent, and has nothing to complain of. */
  private void wellFormed(ScriptedCallAgent agent) throws IOException, InterruptedException {
    List<ScriptedCallAgent.Seen> seen = agent.seen();
    int port = Integer.parseInt(agent.address().substring("127.0.0.1:".length()));
    Optional<List<String>> read = Dissection.of(seen, port, directory);
    if (read.isEmpty()) {
      return;
    }
    assertThat(read.get()).hasSameSizeAs(seen);
    for (int i = 0; i < seen.size(); i++) {
      String text = new String(seen.get(i).octets(), StandardCharsets.ISO_8859_1);
      assertThat(read.get().get(i))
          .as(text)
          .contains(text.contains("\r\nv=0") ? "mgcp:sdp" : "mgcp")
          .doesNotContain("alformed");
    }
  }

  private TestPhone phone(ScriptedCallAgent agent, String gateway, String name) throws IOException {
    return new TestPhone(
        "--protocol",
        "mgcp",
        "--call-agent",
        agent.address(),
        "--gateway",
        gateway,
        "--interface",
        "lo",
        "--play",
        directory.resolve(name + ".wav").toString(),
        "--record",
        directory.resolve(name + "-heard.wav").toString());
  }

  private static void tone(TestPhone phone, String command, String tone) throws IOException {
    phone.type(command);
    awaitTone(phone, tone);
  }

  private static void awaitTone(TestPhone phone, String tone) {
    JsonNode event = phone.await("tone");
    while (!event.get("tone").asText().equals(tone)) {
      event = phone.await("tone");
    }
  }

  private static void mode(TestPhone phone, String mode) {
    JsonNode event = phone.await("media");
    while (!event.get("mode").asText().equals(mode)) {
      event = phone.await("media");
    }
  }

  private void sound(String name, double hertz) throws IOException {
    short[] samples = new short[8_000];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (short) (8_000 * Math.sin(2 * Math.PI * hertz * i / 8_000));
    }
    try (WavRecording file = WavRecording.create(directory.resolve(name))) {
      file.add(samples);
    }
  }

  private short[] heard(String name) {
    Path file = directory.resolve(name);
    if (!Files.exists(file)) {
      return new short[0];
    }
    try {
      byte[] octets = Files.readAllBytes(file);
      short[] samples = new short[Math.max(0, (octets.length - 44) / 2)];
      for (int i = 0; i < samples.length; i++) {
        samples[i] = (short) ((octets[44 + 2 * i] & 0xFF) | octets[45 + 2 * i] << 8);
      }
      return samples;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private void awaitLength(String name, int samples) {
    Awaitility.await(name)
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> heard(name).length >= samples);
  }

  /** In hertz, by the turns of the loudest half second. */
  private double pitch(String name) {
    short[] samples = heard(name);
    int best = 0;
    long most = 0;
    for (int from = 0; from + 4_000 <= samples.length; from += 400) {
      long energy = 0;
      for (int i = from; i < from + 4_000; i++) {
        energy += Math.abs(samples[i]);
      }
      if (energy > most) {
        most = energy;
        best = from;
      }
    }
    int turns = 0;
    for (int i = best + 1; i < Math.min(samples.length, best + 4_000); i++) {
      if (samples[i - 1] < 0 && samples[i] >= 0) {
        turns++;
      }
    }
    return turns * 2.0;
  }
}
