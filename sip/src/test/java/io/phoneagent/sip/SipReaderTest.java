// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import static io.phoneagent.sip.Wire.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SipReaderTest {
  private final SipReader reader = new SipReader(SipLimits.defaults());

  private static final String[] INVITE = {
    "INVITE sip:bob@biloxi.example SIP/2.0",
    "Via: SIP/2.0/UDP pc33.atlanta.example:5066;branch=z9hG4bK776asdhds;rport",
    "Max-Forwards: 70",
    "To: Bob <sip:bob@biloxi.example>",
    "From: \"Alice, of Atlanta\" <sip:alice@atlanta.example>;tag=1928301774",
    "Call-ID: a84b4c76e66710@pc33.atlanta.example",
    "CSeq: 314159 INVITE",
    "Contact: <sip:alice@pc33.atlanta.example>",
    "Content-Type: application/sdp",
    "Content-Length: 4",
    "",
    "v=0\n"
  };

  private SipRequest request(String... lines) {
    SipInput input = reader.read(bytes(lines));
    assertThat(input).isInstanceOf(SipRequest.class);
    return (SipRequest) input;
  }

  private Malformed malformed(byte[] bytes) {
    SipInput input = reader.read(bytes);
    assertThat(input).isInstanceOf(Malformed.class);
    return (Malformed) input;
  }

  private static byte[] with(int line, String text) {
    String[] changed = INVITE.clone();
    changed[line] = text;
    return bytes(changed);
  }

  @Test
  void readsARequest() {
    SipRequest invite = request(INVITE);

    assertThat(invite.method()).isSameAs(SipMethod.INVITE);
    assertThat(invite.uriText()).isEqualTo("sip:bob@biloxi.example");
    assertThat(invite.via().host()).isEqualTo("pc33.atlanta.example");
    assertThat(invite.via().port()).hasValue(5066);
    assertThat(invite.via().branch()).isEqualTo("z9hG4bK776asdhds");
    assertThat(invite.via().rport()).contains("");
    assertThat(invite.via().received()).isEmpty();
    assertThat(invite.from().displayName()).isEqualTo("Alice, of Atlanta");
    assertThat(invite.fromTag()).isEqualTo("1928301774");
    assertThat(invite.to().displayName()).isEqualTo("Bob");
    assertThat(invite.toTag()).isEmpty();
    assertThat(invite.callId()).isEqualTo("a84b4c76e66710@pc33.atlanta.example");
    assertThat(invite.cseq()).isEqualTo(new CSeq(314_159, SipMethod.INVITE));
    assertThat(invite.maxForwards()).hasValue(70);
    assertThat(invite.contact().orElseThrow().uri().text())
        .isEqualTo("sip:alice@pc33.atlanta.example");
    assertThat(invite.contentType()).isEqualTo("application/sdp");
    assertThat(invite.sdp().map(String::new)).contains("v=0\n");
    assertThat(invite.defect()).isEmpty();
  }

  @Test
  void readsAResponse() {
    SipResponse response =
        Wire.response(
            "SIP/2.0 180 Es klingelt, très bien",
            "v: SIP/2.0/TCP [2001:db8::9:1]:5061;branch=z9hG4bK1;received=2001:db8::9:255,"
                + " SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK2",
            "f: <sip:a@example.com>;tag=1",
            "t: <sip:b@example.com>;tag=2",
            "i: x",
            "CSeq: 1 INVITE",
            "Record-Route: <sip:p2.example.com;lr>, <sip:p1.example.com;lr>",
            "RSeq: 7",
            "l: 0",
            "",
            "");
    assertThat(response.status()).isEqualTo(180);
    assertThat(response.reason()).isEqualTo("Es klingelt, très bien");
    assertThat(response.via().host()).isEqualTo("[2001:db8::9:1]");
    assertThat(response.via().transport()).isEqualTo("TCP");
    assertThat(response.via().received()).contains("2001:db8::9:255");
    assertThat(response.vias()).hasSize(2);
    assertThat(response.recordRoutes())
        .extracting(route -> route.uri().text())
        .containsExactly("sip:p2.example.com;lr", "sip:p1.example.com;lr");
    assertThat(response.rseq()).hasValue(7);
    assertThat(response.toTag()).isEqualTo("2");
  }

  @Test
  void readsTheTortuousInvite() {
    // After RFC 4475 section 3.1.1.1: folds, compact forms, escapes, odd spacing, unknown fields.
    SipRequest invite =
        request(
            "INVITE sip:vivekg@chair-dnrc.example.com;unknownparam SIP/2.0",
            "TO :",
            " sip:vivekg@chair-dnrc.example.com ;   tag    = 1918181833n",
            "from   : \"J Rosenberg \\\\\\\"\"       <sip:jdrosen@example.com>",
            "  ;",
            "  tag = 98asjd8",
            "MaX-fOrWaRdS: 0068",
            "Call-ID: wsinv.ndaksdj@192.0.2.1",
            "Content-Length   : 3",
            "cseq: 0009",
            "  INVITE",
            "Via  : SIP  /   2.0",
            " /UDP",
            "    192.0.2.2;branch=390skdjuw",
            "s :",
            "NewFangledHeader:   newfangled value",
            " continued newfangled value",
            "UnknownHeaderWithUnusualValue: ;;,,;;,;",
            "Content-Type: application/sdp",
            "Route:",
            " <sip:services.example.com;lr;unknownwith=value;unknown-no-value>",
            "v:  SIP  / 2.0  / TCP     spindle.example.com   ;",
            "  branch  =   z9hG4bK9ikj8  ,",
            " SIP  /    2.0   / UDP  192.168.255.111   ; branch=",
            " z9hG4bK30239",
            "m:\"Quoted string \\\"\\\"\" <sip:jdrosen@example.com> ; newparam =",
            "      newvalue ;",
            "  secondparam ; q = 0.33",
            "",
            "abcdef");
    assertThat(invite.toTag()).isEqualTo("1918181833n");
    assertThat(invite.to().uri().text()).isEqualTo("sip:vivekg@chair-dnrc.example.com");
    assertThat(invite.from().displayName()).isEqualTo("J Rosenberg \\\"");
    assertThat(invite.fromTag()).isEqualTo("98asjd8");
    assertThat(invite.maxForwards()).hasValue(68);
    assertThat(invite.cseq()).isEqualTo(new CSeq(9, SipMethod.INVITE));
    assertThat(invite.via().host()).isEqualTo("192.0.2.2");
    assertThat(invite.via().branch()).isEqualTo("390skdjuw");
    assertThat(invite.vias()).hasSize(3);
    assertThat(invite.vias().get(1).branch()).isEqualTo("z9hG4bK9ikj8");
    assertThat(invite.vias().get(2).host()).isEqualTo("192.168.255.111");
    assertThat(invite.header(HeaderName.SUBJECT)).contains("");
    assertThat(invite.header(HeaderName.of("newfangledheader")))
        .contains("newfangled value continued newfangled value");
    assertThat(invite.header(HeaderName.of("UnknownHeaderWithUnusualValue"))).contains(";;,,;;,;");
    assertThat(invite.contact().orElseThrow().displayName()).isEqualTo("Quoted string \"\"");
    assertThat(invite.contact().orElseThrow().parameter("q")).contains("0.33");
    assertThat(invite.contact().orElseThrow().parameter("secondparam")).contains("");
    assertThat(invite.body()).isEqualTo("abc".getBytes(StandardCharsets.UTF_8));
    assertThat(invite.defect()).isEmpty();
  }

  @Test
  void acceptsTheWholeTokenAlphabetInMethodAndNames() {
    // After RFC 4475 section 3.1.1.2.
    String method = "!interesting-Method0123456789_*+`.%indeed'~";
    SipRequest request =
        request(
            method
                + " sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*:&it+has=1,weird!*pas$wo~d"
                + "_too.(doesn't-it)@example.com SIP/2.0",
            "Via: SIP/2.0/UDP host1.example.com;branch=z9hG4bK-.!%66*_+`'~",
            "To: \"BEL:\u0007 NUL:\u0001 DEL:\u007f\" <sip:1_unusual.URI~(to-be!sure)@example.com>",
            "From: token1~` token2'+_ token3*%!.- <sip:mundane@example.com>"
                + ";fromParam''~+*_!.-%=\"\u0440\u0430\u0431\u043e\u0442\u0430\";tag=_token~1'+`*%!-.",
            "Call-ID: intmeth.word%ZK-!.*_+'@word`~)(><:\\/\"][?}{",
            "CSeq: 139122385 " + method,
            "Max-Forwards: 255",
            "extensionHeader-!.%*+_`'~:\ufeff\u5927\u505c\u96fb",
            "Content-Length: 0",
            "",
            "");
    assertThat(request.method().name()).isEqualTo(method);
    assertThat(request.fromTag()).isEqualTo("_token~1'+`*%!-.");
    assertThat(((SipUri) request.uri()).host()).isEqualTo("example.com");
    assertThat(request.header(HeaderName.of("extensionHeader-!.%*+_`'~")))
        .contains("\ufeff\u5927\u505c\u96fb");
    assertThat(request.toBuilder().build().bytes()).isEqualTo(request.bytes());
  }

  @Test
  void keepsEveryByteOnTheWayThrough() {
    byte[] original =
        bytes(
            "MESSAGE tel:+1-555-123-0001 SIP/2.0",
            "v :SIP/2.0/UDP 192.0.2.1 ; branch = z9hG4bK1",
            "X-Odd:   folded\t",
            "   value  ",
            "f:sip:a@b;tag=1",
            "T:<tel:+1-555>",
            "i:1",
            "CSEQ:  4   MESSAGE",
            "l:  2",
            "x-odd: again",
            "",
            "\u00e4");
    SipMessage message = (SipMessage) reader.read(original);
    byte[] written = new byte[original.length];
    ((SipRequest) message).toBuilder().build().bytes().get(written);
    assertThat(written).isEqualTo(original);
    assertThat(message.headers(HeaderName.of("x-odd"))).containsExactly("folded value", "again");
  }

  @Test
  void dropsWhatFollowsTheBodyAndLineEndsBeforeTheMessage() {
    byte[] padded =
        ("\r\n\r\n" + String.join("\r\n", INVITE) + "INVITE rubbish")
            .getBytes(StandardCharsets.UTF_8);
    SipRequest invite = (SipRequest) reader.read(ByteBuffer.wrap(padded));
    assertThat(invite.bodyLength()).isEqualTo(4);
    assertThat(invite.toBuilder().build().bytes().remaining()).isEqualTo(bytes(INVITE).length);
  }

  @Test
  void takesTheRestOfTheDatagramWithoutContentLength() {
    SipRequest invite = (SipRequest) reader.read(with(9, "X: y"));
    assertThat(invite.bodyLength()).isEqualTo(4);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0 | INVITE sip:bob@biloxi.example SIP/7.0 | 505",
        "0 | INVITE sip:bob@biloxi.example; lr SIP/2.0 | 400",
        "0 | INVITE <sip:bob@biloxi.example> SIP/2.0 | 400",
        "0 | INVITE  sip:bob@biloxi.example SIP/2.0 | 400",
        "2 | Max-Forwards: many | 400",
        "2 | Max-Forwards: -1 | 400",
        "2 | Call-ID: second | 400",
        "6 | CSeq: 1 BYE | 400",
        "9 | Content-Length: -999 | 400",
        "9 | Content-Length: 99999999999999 | 400",
        "9 | Content-Length: 5 | 400",
        "2 | Content-Length: 4 | 400",
      })
  void answersWhatCanBeAnswered(int line, String text, int status) {
    Malformed malformed = malformed(with(line, text));
    assertThat(malformed.statusCode()).isEqualTo(status);
    assertThat(malformed.request().map(SipRequest::fromTag)).contains("1928301774");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1 | Via: SIP/2.0/UDP",
        "1 | Via: SIP/2.0/UDP [2001:db8::1;branch=z9hG4bK1",
        "1 | Via: SIP/2.0/UDP host:70000;branch=z9hG4bK1",
        "1 | Via: SIP/2.0/UDP ho st;branch=z9hG4bK1",
        "1 | Via: HTTP/1.1/TCP host",
        "1 | Via: SIP/2.0/UDP host;;branch=z9hG4bK1",
        "3 | To: \"Mr. J. User <sip:j@example.com>",
        "3 | To: Bell, Alexander <sip:a.g.bell@example.com>;tag=43",
        "3 | To: <sip:bob@biloxi.example",
        "3 | To: <>",
        "3 | To: bob",
        "3 | To: <sip:a b@example.com>",
        "4 | X: no From",
        "5 | Call-ID:",
        "5 | Call-ID: two words",
        "6 | CSeq: 2147483648 INVITE",
        "6 | CSeq: 36893488147419103232 INVITE",
        "6 | CSeq: INVITE",
        "6 | CSeq: 1INVITE",
        "6 | CSeq: 1",
      })
  void refusesWhatLacksWhatAnAnswerNeeds(int line, String text) {
    Malformed malformed = malformed(with(line, text));
    assertThat(malformed.request()).isEmpty();
    assertThat(malformed.reason()).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\r\n\r\n",
        "\0",
        "INVITE",
        "INVITE \r\n\r\n",
        "INVITE sip:a SIP/2.0\r\n",
        "INVITE sip:a SIP/2.0\nVia: x\n\n",
        "INVITE sip:a SIP/2.0\r\n:value\r\n\r\n",
        "INVITE sip:a SIP/2.0\r\nNo colon\r\n\r\n",
        "INVITE sip:a SIP/2.0\r\nA: b\rc\r\n\r\n",
        "INVITE sip:a SIP/2.0\r\nA: b\nc\r\n\r\n",
        "INVITE sip:a SIP/2.0\r\n A: b\r\n\r\n",
        "SIP/2.0 99 Low\r\n\r\n",
        "SIP/2.0 700 High\r\n\r\n",
        "SIP/2.0 2000 Long\r\n\r\n",
        "SIP/2.0 20\r\n\r\n",
        "SIP/3.0 200 OK\r\n\r\n",
        "SIP/2.0 200 OK\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
      })
  void keepsSilentAboutRubbish(String text) {
    Malformed malformed = malformed(text.getBytes(StandardCharsets.UTF_8));
    assertThat(malformed.request()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"X: a\nb", "X: a\rb", "X: a\0b", "X: a\nVia: b", "X\n: a"})
  void refusesLineEndsThatOthersMayReadOtherwise(String text) {
    assertThat(reader.read(with(2, "X: fine"))).isInstanceOf(SipRequest.class);
    assertThat(malformed(with(2, text)).request()).isEmpty();
  }

  @Test
  void keepsItsLimits() {
    SipReader small = new SipReader(new SipLimits(1000, 12, 80, 3));
    assertThat(small.read(new byte[1001])).isInstanceOf(Malformed.class);
    assertThat(((Malformed) small.read(bytes(INVITE))).statusCode()).isEqualTo(413);
    assertThat(small.read(with(2, "X: " + "y".repeat(80))))
        .isEqualTo(Malformed.silent("a header field cannot be read"));
    assertThat(small.read(with(2, "a: 1\r\na: 2\r\na: 3\r\na: 4\r\na: 5")))
        .isEqualTo(Malformed.silent("more than 12 header fields"));
    assertThat(small.read(with(0, "INVITE sip:" + "b".repeat(80) + " SIP/2.0")))
        .isEqualTo(Malformed.silent("the start line does not end"));
  }

  @Test
  void tellsDefectsOfTheLazyFields() {
    SipRequest invite = (SipRequest) reader.read(with(7, "Contact: <sip:a>, \"b"));
    assertThat(invite.defect()).isEqualTo(Optional.of("Contact cannot be read"));
    assertThat(invite.contacts()).isEmpty();
    assertThat(((SipRequest) reader.read(with(7, "Contact: *"))).defect()).isEmpty();
    assertThat(((SipRequest) reader.read(with(7, "Contact: *"))).isContactStar()).isTrue();
    assertThat(((SipRequest) reader.read(with(7, "v: SIP/2.0/UDP"))).defect())
        .contains("Via cannot be read");
    assertThat(((SipRequest) reader.read(with(7, "Expires: 0 soon"))).expires()).isEmpty();
  }

  @Test
  void showsNoFieldsInToString() {
    SipRequest request =
        ((SipRequest) reader.read(bytes(INVITE)))
            .toBuilder().add(HeaderName.AUTHORIZATION, "Digest response=\"secret\"").build();
    assertThat(request.toString()).doesNotContain("secret");
    assertThat(request.fields().toString()).doesNotContain("secret");
    assertThat(new Malformed("r", 400, Optional.of(request)).toString()).doesNotContain("secret");
  }
}
