// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phoneagent.InvalidSettingException;
import io.phoneagent.MacAddress;
import io.phoneagent.PhoneNumber;
import io.phoneagent.Protocol;
import io.phoneagent.Transport;
import java.net.InetAddress;
import java.nio.charset.Charset;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessagesTest {
  private static final PhoneNumber NUMBER = new PhoneNumber("+15551230001");
  private static final byte[] KEY = "0123456789abcdef0123456789abcdef".getBytes(UTF_8);

  static final String REQUEST =
      "{\"mac\":\"02:00:00:00:01:64\",\"localAddress\":\"192.168.1.100\","
          + "\"uniqueAddress\":\"198.18.0.7\",\"publicAddress\":\"203.0.113.1\","
          + "\"backupNumber\":\"+15551239999\",\"protocol\":\"sip\",\"transport\":\"udp\","
          + "\"bootId\":\"b1\",\"sequence\":3,\"reason\":\"public address changed\"}";

  static final String ANSWER =
      "{\"endpoint\":{\"address\":\"198.51.100.1\",\"port\":5060,\"transport\":\"udp\","
          + "\"serverName\":\"switch.example\"},\"expiresIn\":3600,\"keepAlive\":0.5,"
          + "\"flow\":{\"keyId\":\"k1\",\"key\":\"MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=\","
          + "\"nonce\":\"n1\"},\"observedAddress\":\"2001:db8::1\",\"uniqueAddress\":\"198.18.0.7\"}";

  private static InetAddress address(String text) {
    return AddressLiteral.parse(text).orElseThrow();
  }

  private static RegistrationRequest.Builder request() {
    return RegistrationRequest.builder()
        .mac(MacAddress.of("02:00:00:00:01:64"))
        .localAddress(address("192.168.1.100"))
        .protocol(Protocol.SIP)
        .transport(Transport.UDP)
        .bootId("b1")
        .sequence(3)
        .reason("public address changed");
  }

  @Test
  void writesAndReadsARequest() {
    RegistrationRequest request =
        request()
            .uniqueAddress(address("198.18.0.7"))
            .publicAddress(address("203.0.113.1"))
            .backupNumber(new PhoneNumber("+15551239999"))
            .build();
    assertThat(new String(MessageWriter.write(request), UTF_8)).isEqualTo(REQUEST);
    assertThat(MessageReader.registrationRequest(REQUEST.getBytes(UTF_8)))
        .isEqualTo(request)
        .hasSameHashCodeAs(request)
        .isEqualTo(request.toBuilder().build());
    RegistrationRequest least = request().sequence(Long.MAX_VALUE).build();
    assertThat(MessageReader.registrationRequest(MessageWriter.write(least))).isEqualTo(least);
  }

  @Test
  void otherWritingIsAReasonToo() {
    String reason = "\u2027\u202f\u2065\u206a \u05d0\u05d1 \u0627 \u4e2d \ud83d\ude00";
    RegistrationRequest request = request().reason(reason).build();
    assertThat(MessageReader.registrationRequest(MessageWriter.write(request))).isEqualTo(request);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"UTF-16BE", "UTF-16LE", "UTF-16", "UTF-32BE", "UTF-32LE", "x-UTF-16LE-BOM"})
  void onlyUtf8IsRead(String encoding) {
    byte[] json = REQUEST.getBytes(Charset.forName(encoding));
    assertThatThrownBy(() -> MessageReader.registrationRequest(json))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining("not JSON in UTF-8");
    byte[] nothing = "{}".getBytes(Charset.forName(encoding));
    assertThatThrownBy(() -> MessageReader.problem(nothing, 400))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining("not JSON in UTF-8");
  }

  @Test
  void writesAndReadsAnAnswerAndHidesItsKey() {
    RegistrationAnswer answer =
        new RegistrationAnswer(
            new AssignedEndpoint(
                address("198.51.100.1"), 5060, Transport.UDP, Optional.of("switch.example")),
            Duration.ofHours(1),
            Duration.ofMillis(500),
            FlowKey.of("k1", KEY, "n1"),
            address("2001:db8::1"),
            Optional.of(address("198.18.0.7")));
    assertThat(new String(MessageWriter.write(answer), UTF_8)).isEqualTo(ANSWER);
    assertThat(MessageReader.registrationAnswer(ANSWER.getBytes(UTF_8))).isEqualTo(answer);
    assertThat(answer.toString()).doesNotContain("MDEy", "0123456789abcdef", "[48, 49");
    assertThat(answer.flow().key()).isEqualTo(KEY).isNotSameAs(answer.flow().key());
  }

  @Test
  void writesAndReadsARecord() {
    RegistrationRecord full =
        new RegistrationRecord(
            NUMBER,
            MacAddress.of("02:00:00:00:01:64"),
            address("192.168.1.100"),
            Optional.of(address("198.18.0.7")),
            Optional.of(address("203.0.113.1")),
            address("203.0.113.2"),
            AddressLiteral.parseWithPort("203.0.113.2:40000"),
            Optional.of(Instant.ofEpochMilli(5)),
            List.of(
                new RegistrationRecord.Previous(
                    Optional.of(address("203.0.113.9")),
                    address("203.0.113.9"),
                    AddressLiteral.parseWithPort("203.0.113.9:1"),
                    Instant.ofEpochMilli(4)),
                new RegistrationRecord.Previous(
                    Optional.empty(),
                    address("203.0.113.8"),
                    Optional.empty(),
                    Instant.ofEpochMilli(3))),
            List.of(new RegistrationRecord.Cause(Instant.ofEpochMilli(4), "status page says so")),
            Optional.of(new PhoneNumber("+15551239999")),
            Protocol.MGCP,
            Transport.TLS,
            new AssignedEndpoint(address("::1"), 1, Transport.TLS, Optional.empty()),
            Instant.ofEpochMilli(1),
            Instant.ofEpochMilli(2));
    RegistrationRecord least =
        new RegistrationRecord(
            NUMBER,
            full.mac(),
            full.localAddress(),
            Optional.empty(),
            Optional.empty(),
            full.observedAddress(),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            List.of(),
            Optional.empty(),
            Protocol.SIP,
            Transport.TCP,
            full.endpoint(),
            full.registeredAt(),
            full.expiresAt());
    assertThat(MessageReader.registrationRecord(MessageWriter.write(full))).isEqualTo(full);
    assertThat(MessageReader.registrationRecord(MessageWriter.write(least))).isEqualTo(least);
  }

  @Test
  void writesAndReadsTheRest() {
    WhoAmI me = new WhoAmI(address("203.0.113.1"), 40000);
    assertThat(MessageReader.whoAmI(MessageWriter.write(me))).isEqualTo(me);
    Problem problem =
        Problem.of(503, "Service Unavailable", "busy").retryAfter(Duration.ofMillis(1001));
    assertThat(problem.retryAfter()).contains(Duration.ofSeconds(2));
    assertThat(MessageReader.problem(MessageWriter.write(problem), 500)).isEqualTo(problem);
    assertThat(MessageReader.problem("{}".getBytes(UTF_8), 502))
        .isEqualTo(new Problem(Problem.BLANK, "", 502, "", Optional.empty()));
  }

  /** From, what the request's JSON becomes, the member that is named, and a piece of the text. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"sip\" | \"h323\" | protocol | known are sip, mgcp",
        "\"sip\" | \"SIP\" | protocol | known are sip, mgcp",
        "\"udp\" | \"sctp\" | transport | known are udp, tcp, tls",
        "\"udp\" | 1 | transport | must be a string",
        "\"udp\" | null | transport | is missing",
        "\"mac\" | \"mak\" | mac | is missing",
        "02:00:00:00:01:64 | 02:00 | mac | MAC address",
        "192.168.1.100 | phone.local | localAddress | not a name",
        "203.0.113.1 | 203.0.113.1:80 | publicAddress | not a name",
        "\"203.0.113.1\" | [] | publicAddress | must be a string",
        "+15551239999 | 15551239999 | backupNumber | E.164",
        "\"b1\" | \"\" | bootId | visible",
        "\"b1\" | \"b 1\" | bootId | visible",
        "\"b1\" | 1 | bootId | must be a string",
        ":3 | :-1 | sequence | not from 0",
        ":3 | :3.5 | sequence | whole number",
        ":3 | :\"3\" | sequence | whole number",
        ":3 | :true | sequence | whole number",
        ":3 | :{} | sequence | whole number",
        ":3 | :9223372036854775808 | sequence | whole number",
        ":3 | :1e99999999999 | sequence | whole number",
        "\"bootId\":\"b1\" | \"bootId\":\"b1\",\"bootId\":\"b2\" | bootId | twice",
        "\"b1\" | \"b1\",\"x\":{\"y\":1,\"y\":2} | y | twice",
        "\"b1\" | \"b1\",\"x\":null,\"x\":1 | x | twice",
        "changed | chan\\u0000ged | reason | control",
        "changed | chan\\u2028ged | reason | line separator",
        "changed | chan\\u2029ged | reason | line separator",
        "changed | chan\\u202aged | reason | turns text",
        "changed | chan\\u202eged | reason | turns text",
        "changed | chan\\u2066ged | reason | turns text",
        "changed | chan\\u2069ged | reason | turns text",
      })
  void namesTheMemberThatIsWrong(String from, String to, String member, String text) {
    assertThat(REQUEST).contains(from);
    byte[] json = REQUEST.replace(from, to).getBytes(UTF_8);
    assertThatThrownBy(() -> MessageReader.registrationRequest(json))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageStartingWith(member + ": ")
        .hasMessageContaining(text)
        .satisfies(e -> assertThat(((MalformedMessageException) e).member()).contains(member));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        ":0.5 | :0 | keepAlive",
        ":0.5 | :-1 | keepAlive",
        ":0.5 | :0.0001 | keepAlive",
        ":0.5 | :1e2147483647 | keepAlive",
        ":0.5 | :1e99999999999 | keepAlive",
        ":0.5 | :1e-2147483647 | keepAlive",
        ":0.5 | :\"1\" | keepAlive",
        ":3600 | :0 | expiresIn",
        ":5060 | :0 | endpoint.port",
        ":5060 | :65536 | endpoint.port",
        "\"n1\" | \"n\\\"1\" | flow.nonce",
        "\"k1\" | \"\" | flow.keyId",
        "\"MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=\" | \"!!\" | flow.key",
        "\"MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=\" | \"MDEy\" | flow.key",
        "\"flow\":{ | \"flow\":3,\"floe\":{ | flow",
      })
  void namesTheMemberOfAnAnswer(String from, String to, String member) {
    assertThat(ANSWER).contains(from);
    byte[] json = ANSWER.replace(from, to).getBytes(UTF_8);
    assertThatThrownBy(() -> MessageReader.registrationAnswer(json))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageStartingWith(member + ": ");
  }

  @Test
  void ignoresMembersItDoesNotKnow() {
    String more = REQUEST.replace("{\"mac\"", "{\"later\":[{\"a\":[null,1.5,true]}],\"mac\"");
    assertThat(MessageReader.registrationRequest(more.getBytes(UTF_8)))
        .isEqualTo(MessageReader.registrationRequest(REQUEST.getBytes(UTF_8)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "x", "[]", "\"s\"", "{", "{}}", "{} {}", "{\"a\":}", "{'a':1}", "{\"a\":1,}"})
  void refusesWhatIsNotOneObject(String json) {
    assertThatThrownBy(() -> MessageReader.registrationRequest(json.getBytes(UTF_8)))
        .isInstanceOf(MalformedMessageException.class);
  }

  @Test
  void refusesWhatIsNotUtf8TooLongOrTooDeep() {
    byte[] bad = REQUEST.getBytes(UTF_8);
    bad[10] = (byte) 0xff;
    for (byte[] json :
        List.of(
            bad,
            REQUEST.replace("changed", "x".repeat(4097)).getBytes(UTF_8),
            ("{\"a\":" + "[".repeat(1000) + "]".repeat(1000) + "}").getBytes(UTF_8),
            ("{\"a\":" + "1".repeat(40) + "}").getBytes(UTF_8),
            ("{\"" + "a".repeat(5000) + "\":1}").getBytes(UTF_8),
            (REQUEST + " ".repeat(16384)).getBytes(UTF_8))) {
      assertThatThrownBy(() -> MessageReader.registrationRequest(json))
          .isInstanceOf(MalformedMessageException.class);
    }
  }

  @Test
  void neverQuotesASecretWhenAnAnswerIsCutShort() {
    for (int i = 0; i < ANSWER.length(); i++) {
      byte[] cut = ANSWER.substring(0, i).getBytes(UTF_8);
      assertThatThrownBy(() -> MessageReader.registrationAnswer(cut))
          .isInstanceOf(MalformedMessageException.class)
          .hasMessageNotContainingAny("MDEy", "n1");
    }
  }

  @Test
  void builderNamesWhatIsMissing() {
    assertThatThrownBy(() -> RegistrationRequest.builder().build())
        .isInstanceOf(InvalidSettingException.class)
        .hasMessage("mac: is missing");
  }
}
