// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.phone;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two phones and a switch on loopback: the main job, from power-on to hanging up. */
class TwoPhonesTest {
  private static final String ANNA = "+15551230001";
  private static final String BEN = "+15551230002";

  @TempDir private Path directory;

  @ParameterizedTest
  @CsvSource({"udp,udp", "tcp,udp", "tls,tcp", "udp,tls"})
  void callEachOtherAndHearEachOther(String annasWay, String bensWay) throws Exception {
    short[] annasVoice = voice("anna.wav", 1);
    short[] bensVoice = voice("ben.wav", 2);
    try (TestSwitch dnsSwitch = new TestSwitch(directory, ANNA, "sa", BEN, "sb")) {
      TestPhone anna =
          phone(dnsSwitch, ANNA, "sa", "anna", "--answer", "manual", "--transport", annasWay);
      TestPhone ben =
          phone(dnsSwitch, BEN, "sb", "ben", "--answer", "auto", "--transport", bensWay);
      try {
        JsonNode registered = anna.await("registered");
        assertThat(registered.get("number").asText()).isEqualTo(ANNA);
        assertThat(registered.get("transport").asText()).isEqualTo(annasWay);
        JsonNode flow = anna.await("flow-open");
        assertThat(flow.get("remote")).isEqualTo(registered.get("endpoint"));
        ben.await("flow-open");

        anna.type("call " + BEN);
        JsonNode incoming = ben.await("call-incoming");
        assertThat(incoming.get("from").asText()).isEqualTo(ANNA);
        assertThat(incoming.get("to").asText()).isEqualTo(BEN);
        anna.await("call-ringing");
        anna.await("call-established");
        ben.await("call-established");
        awaitLength("anna-heard.wav", 16_000);
        awaitLength("ben-heard.wav", 16_000);

        anna.type("digits 1#");
        assertThat(ben.await("digit").get("digit").asText()).isEqualTo("1");
        assertThat(ben.await("digit").get("digit").asText()).isEqualTo("#");

        anna.type("hold");
        ben.await("call-held");
        awaitLength("ben-heard.wav", heard("ben-heard.wav").length + 12_000);
        assertThat(loudest(tail("ben-heard.wav"))).isLessThan(100);
        anna.type("resume");
        ben.await("call-resumed");
        awaitLength("ben-heard.wav", heard("ben-heard.wav").length + 12_000);
        assertThat(loudest(tail("ben-heard.wav"))).isGreaterThan(1_000);

        anna.type("transfer nobody");
        assertThat(anna.await("error").get("detail").asText()).contains("'nobody' names nobody");
        anna.type("transfer " + BEN);
        assertThat(anna.await("transfer").get("status").asInt()).isEqualTo(486);
        anna.type("hangup");
        assertThat(anna.await("call-ended").has("status")).isFalse();
        ben.await("call-ended");
      } finally {
        anna.type("quit");
        ben.type("quit");
      }
      assertThat(anna.exitCode()).isZero();
      assertThat(ben.exitCode()).isZero();
      assertThat(anna.events().get(anna.events().size() - 1).get("event").asText())
          .isEqualTo("stopped");
      assertThat(likeness(bensVoice, heard("anna-heard.wav"))).isGreaterThan(0.99);
      assertThat(likeness(annasVoice, heard("ben-heard.wav"))).isGreaterThan(0.99);
      assertThat(likeness(annasVoice, heard("anna-heard.wav"))).isLessThan(0.5);
    }
  }

  private TestPhone phone(
      TestSwitch dnsSwitch, String number, String secret, String name, String... more)
      throws IOException {
    String[] args = {
      "--number",
      number,
      "--secret",
      secret,
      "--switch",
      dnsSwitch.address(),
      "--ca",
      dnsSwitch.authority().toString(),
      "--interface",
      "lo",
      "--mac",
      "02:00:5e:00:53:" + number.substring(number.length() - 2),
      "--probe",
      "whoami",
      "--treat-as-public",
      "127.0.0.0/8",
      "--check-every",
      "1s",
      "--play",
      directory.resolve(name + ".wav").toString(),
      "--record",
      directory.resolve(name + "-heard.wav").toString()
    };
    String[] all = Arrays.copyOf(args, args.length + more.length);
    System.arraycopy(more, 0, all, args.length, more.length);
    return new TestPhone(all);
  }

  /** Noise of its own: like nothing but itself. */
  private short[] voice(String name, long seed) throws IOException {
    Random random = new Random(seed);
    short[] samples = new short[8_000];
    double value = 0;
    for (int i = 0; i < samples.length; i++) {
      value = 0.6 * value + 2_000 * random.nextGaussian();
      samples[i] = (short) Math.max(-30_000, Math.min(30_000, value));
    }
    try (WavRecording file = WavRecording.create(directory.resolve(name))) {
      file.add(samples);
    }
    return samples;
  }

  private short[] heard(String name) {
    Path file = directory.resolve(name);
    try {
      return Files.exists(file) && Files.size(file) > 44
          ? WavSound.read("heard", file).samples()
          : new short[0];
    } catch (IOException e) {
      return new short[0];
    }
  }

  private void awaitLength(String name, int samples) {
    Awaitility.await(name)
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> heard(name).length >= samples);
  }

  /** The last quarter of a second. */
  private short[] tail(String name) {
    short[] all = heard(name);
    return Arrays.copyOfRange(all, all.length - 2_000, all.length);
  }

  private static int loudest(short[] samples) {
    int most = 0;
    for (short sample : samples) {
      most = Math.max(most, Math.abs(sample));
    }
    return most;
  }

  /**
   * The highest correlation of a quarter of a second that was heard with any place of the voice.
   */
  private static double likeness(short[] voice, short[] heard) {
    int begin = 4_000; // past the delay and the first moments
    int length = 2_000;
    double best = 0;
    for (int at = 0; at < voice.length; at++) {
      double product = 0;
      double said = 1;
      double received = 1;
      for (int i = 0; i < length; i++) {
        double v = voice[(at + i) % voice.length];
        double h = heard[begin + i];
        product += v * h;
        said += v * v;
        received += h * h;
      }
      best = Math.max(best, product / Math.sqrt(said * received));
    }
    return best;
  }
}
