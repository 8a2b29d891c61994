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
    return runAlone(args.toArray(String[]::new));
  }

  private int runAlone(String... args) {
    return PhoneCommand.run(
        InputStream.nullInputStream(),
        new ByteArrayOutputStream(),
        new PrintWriter(err, true),
        args);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--protocol mgcp | is missing",
        "--protocol mgcp --registrar sip:example.com | does not go with --protocol mgcp",
        "--protocol mgcp --call +15551230002 | does not go with --protocol mgcp",
        "--protocol mgcp --answer auto | does not go with --protocol mgcp",
        "--call-agent 127.0.0.1:2727 | give --protocol mgcp, too",
        "--gateway gw1 | is for --call-agent",
        "--protocol mgcp --call-agent a/b --interface lo | write it like ca.example.net:2727",
        "--protocol mgcp --call-agent ca:70000 --interface lo | write it like",
        "--protocol mgcp --call-agent ca --gateway a/b --interface lo | rgw1.example.net",
        "--protocol mgcp --call-agent ca --interface nosuch0 | there are",
        "--protocol mgcp --call-agent ca --switch https://127.0.0.1 | does not go with",
        "--protocol mgcp --call-agent ca --transport tcp | does not go with",
        "--protocol mgcp --call-agent ca --call +15551230001 | does not go with",
        "--protocol mgcp --call-agent ca --number +15551230001 | --number: does not go with",
        "--protocol mgcp --call-agent ca --secret s | --secret: does not go with",
        "--protocol mgcp --call-agent ca --probe /status | --probe: does not go with",
        "--protocol mgcp --call-agent ca --check-every 1s | --check-every: does not go with",
        "--protocol mgcp --call-agent ca --answer auto | --answer: does not go with",
        "--protocol mgcp --call-agent ca --user u | --user: does not go with",
        "--protocol mgcp --call-agent ca --state-dir /tmp | --state-dir: does not go with",
        "--protocol mgcp --call-agent ca --mgcp-port 0 --interface lo | from 1 to 65535",
        "--protocol mgcp --call-agent ca --mgcp-port 65536 --interface lo | from 1 to 65535",
        "--mgcp-port 2427 | is for --call-agent",
        "--mgcp-profile NCS | is for --call-agent",
        "--protocol mgcp --call-agent ca --mgcp-profile \u00e9 --interface lo | like 'NCS 1.0'",
      })
  void aPlainTelephoneAndItsCallAgent(String flags, String message) {
    assertThat(runAlone(flags.split(" ", -1))).isEqualTo(2);
    assertThat(err.toString()).startsWith("phone: --").contains(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--answer perhaps | give one of auto, manual",
        "--transport sctp | give one of udp, tcp, tls",
        "--check-every often | phone: --check-every: 'often' is no time; write it like 1s",
        "--check-every 10 | phone: --check-every: '10' has no unit; write it like 10s",
        "--check-every 1ms | phone: --check-every: the interval PT0.001S is not from 100 ms",
        "--treat-as-public 10.0.0.0 | phone: --treat-as-public: 10.0.0.0 is no range",
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
        "--probe natpmpp | /PATH, status-page, igd, natpmp, pcp, stun:HOST[:PORT] or, on a phone, whoami",
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
        "--registrar sip:127.0.0.1 --password p | does not go with --registrar",
        "--password p | goes with --registrar only",
        "--user anna | goes with --registrar only",
        "--auth-realm pbx | goes with --registrar only",
        "--nonsense | phone: Unknown option"
      })
  void wrongArgumentsSayHowToMendThem(String flags, String hint) {
    assertThat(run(flags.split(" ", -1))).isEqualTo(2);
    assertThat(err.toString()).contains(hint);
  }

  @Test
  void anExtensionIsNoNumberButAUser() {
    assertThat(only("--number", "1001", "--registrar", "sip:127.0.0.1", "--password", "p"))
        .contains("--number: '1001' is no number", "--user");
    assertThat(only("--registrar", "sip:127.0.0.1", "--password", "p"))
        .contains("--user: is missing", "--number");
    for (String nobody : List.of("10 02", "1002@pbx.example.com", "sips:1002@pbx.example.com")) {
      assertThat(
              only(
                  "--user",
                  "1001",
                  "--registrar",
                  "sip:127.0.0.1",
                  "--password",
                  "p",
                  "--call",
                  nobody))
          .contains("--call: '" + nobody + "' names nobody; write it like 1002");
    }
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

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--registrar sip:h | --password: is missing; give it or --password-file",
        "--registrar ftp://h --password p | --registrar: 'ftp://h' is no registrar; write it like",
        "--registrar sip:a_b --password p | write it like sip:example.com",
        "--registrar sip:u:hush@h --password p | '...@h' is no registrar",
        "--registrar sip:1.2.3 --password p | '1.2.3' is neither a host name nor an IP address",
        "--registrar sip:h:0 --password p | 0 is no port; give one from 1 to 65535",
        "--registrar sip:h:65536 --password p | 65536 is no port",
        "--registrar sip:h;transport=sctp --password p | give one of udp, tcp, tls",
        "--registrar sips:h;transport=udp --password p | do not go together",
        "--registrar sip:h --password p --password-file f | not both",
        "--registrar sip:h --password-file /nosuch | cannot be read",
        "--registrar sip:h --password p --user a@b | without @ and host",
        "--registrar sip:h --password p --backup +15551239999 | leave one of them out",
        "--registrar sip:h --password p --secret s | leave one of them out",
        "--registrar sip:h --password p --unique-address | leave one of them out",
        "--registrar sip:h --password p --adaptive-keep-alive | leave one of them out",
        "--registrar sip:h --password p --probe whoami | does not go with --registrar"
      })
  void wrongArgumentsOfARegistrarSayHowToMendThem(String flags, String hint) {
    List<String> args = new ArrayList<>(List.of("--number", "+15551230001"));
    args.addAll(List.of(flags.split(" ", -1)));
    assertThat(only(args.toArray(String[]::new))).contains(hint).doesNotContain("hush");
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
