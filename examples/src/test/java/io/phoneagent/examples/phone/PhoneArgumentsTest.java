// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.phone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PhoneArgumentsTest {
  private final StringWriter err = new StringWriter();

  private int run(String... more) {
    List<String> args =
        new ArrayList<>(
            List.of("--number", "+15551230001", "--secret", "s", "--switch", "https://127.0.0.1"));
    args.addAll(List.of(more));
    return PhoneCommand.run(
        InputStream.nullInputStream(),
        new ByteArrayOutputStream(),
        new PrintWriter(err, true),
        args.toArray(String[]::new));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--protocol mgcp",
        "--registrar sip:127.0.0.1",
        "--password p",
        "--call-agent 127.0.0.1:2727"
      })
  void laterFeaturesAnswerNotYet(String flags) {
    assertThat(run(flags.split(" ", -1))).isEqualTo(2);
    assertThat(err.toString()).startsWith("phone: --").contains("not yet");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--answer perhaps | give one of auto, manual",
        "--transport sctp | give one of udp, tcp, tls",
        "--check-every often | write it like 1s",
        "--check-every 1ms | not from 100 ms",
        "--treat-as-public 10.0.0.0 | 10.0.0.0",
        "--interface nosuch0 | there are",
        "--interface lo | --mac",
        "--address bootp | give one of os, dhcp",
        "--address dhcp --interface nosuch0 | there are",
        "--address dhcp --interface a/b | there are",
        "--mac zz | 02:00:5e:00:53:01",
        "--backup 12 | +15551230001",
        "--call 12 | +15551230001",
        "--ca /nosuch.pem | cannot be read",
        "--play /nosuch.wav | cannot be read",
        "--record /nosuch/a.wav | cannot be written",
        "--probe ftp://x | http://HOST/PATH",
        "--probe natpmpp | /PATH, status-page, igd, natpmp, pcp or stun:HOST[:PORT]",
        "--probe natpmp --probe-user u --probe-password p | --probe status-page",
        "--probe /status --probe-user u | --probe-password",
        "--probe /status --probe-password p | whose password is it",
        "--probe /status --probe-user a:b --probe-password p | without a colon",
        "--probe /status --probe-user u --probe-password p --probe-password-file f | not both",
        "--probe /status --probe-user u --probe-password-file /nosuch | cannot be read",
        "--probe status-page --probe-pattern x | --probe http://HOST/PATH",
        "--probe status-page --router-table /nosuch | cannot be read",
        "--probe status-page --router-table /proc/version | router-table: line 1: begin with",
        "--probe /status --router-table /proc/version | is for --probe status-page",
        "--probe stun:a:b | is no STUN server; write stun.example.com",
        "--probe /status --probe-pattern ( | no regular expression",
        "--probe whoami --probe-pattern x | --probe http://HOST/PATH",
        "--nonsense | phone: Unknown option"
      })
  void wrongArgumentsSayHowToMendThem(String flags, String hint) {
    assertThat(run(flags.split(" ", -1))).isEqualTo(2);
    assertThat(err.toString()).contains(hint);
  }

  @Test
  void aFlagGivenTwiceIsToldWithoutAPageOfUsage() {
    assertThat(only("--number", "+15551230001", "--number", "+15551230002").lines())
        .hasSize(2)
        .first()
        .asString()
        .startsWith("phone: option '--number'");
    assertThat(only("--nubmer=1")).contains("phone: ", "Possible solutions: --number");
  }

  @Test
  void whatIsMissingIsNamed() {
    assertThat(only("--secret", "s", "--switch", "https://x")).contains("--number");
    assertThat(only("--number", "+15551230001", "--switch", "https://x")).contains("--secret-file");
    assertThat(only("--number", "+15551230001", "--secret", "s")).contains("--switch");
    assertThat(only("--number", "+15551230001", "--secret", "s", "--switch", "ftp://x"))
        .contains("https://switch.example");
  }

  private String only(String... args) {
    StringWriter text = new StringWriter();
    assertThat(
            PhoneCommand.run(
                InputStream.nullInputStream(),
                new ByteArrayOutputStream(),
                new PrintWriter(text, true),
                args))
        .isEqualTo(2);
    return text.toString();
  }
}
