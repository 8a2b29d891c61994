// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ValuesTest {
  @ParameterizedTest
  @CsvSource({
    "v,Via",
    "VIA,Via",
    "f,From",
    "t,To",
    "i,Call-ID",
    "m,Contact",
    "l,Content-Length",
    "c,Content-Type",
    "e,Content-Encoding",
    "k,Supported",
    "s,Subject",
    "r,Refer-To",
    "b,Referred-By",
    "o,Event",
    "u,Allow-Events",
    "x,Session-Expires",
    "y,Identity",
    "cseq,CSeq",
    "p-asserted-identity,P-Asserted-Identity",
    "www-authenticate,WWW-Authenticate",
  })
  void knowsNamesAndTheirCompactForms(String written, String text) {
    assertThat(HeaderName.of(written)).isSameAs(HeaderName.of(text));
    assertThat(HeaderName.of(written).text()).isEqualTo(text);
  }

  @Test
  void comparesUnknownNamesWithoutCase() {
    assertThat(HeaderName.of("X-Mine")).isEqualTo(HeaderName.of("x-mINE"));
    assertThat(HeaderName.of("X-Mine")).hasSameHashCodeAs(HeaderName.of("x-mine"));
    assertThat(HeaderName.of("X-Mine")).isNotEqualTo(HeaderName.of("X-Yours"));
    assertThat(HeaderName.VIA.compact()).contains("v");
    assertThat(HeaderName.CSEQ.compact()).isEmpty();
    assertThatThrownBy(() -> HeaderName.of("No Name")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void comparesMethodsWithCase() {
    assertThat(SipMethod.of("INVITE")).isSameAs(SipMethod.INVITE);
    assertThat(SipMethod.of("invite")).isNotEqualTo(SipMethod.INVITE);
    assertThat(SipMethod.of("FOO")).isEqualTo(SipMethod.of("FOO")).hasToString("FOO");
    assertThatThrownBy(() -> SipMethod.of("A B")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void readsSipUris() {
    SipUri uri =
        (SipUri)
            Uri.of("sips:+1555;phone-context=x:pa%40ss@[2001:DB8::10]:5070;transport=TCP;lr?a=b");
    assertThat(uri.secure()).isTrue();
    assertThat(uri.user()).isEqualTo("+1555;phone-context=x");
    assertThat(uri.number()).isEqualTo("+1555");
    assertThat(uri.host()).isEqualTo("[2001:db8::10]");
    assertThat(uri.port()).isEqualTo(OptionalInt.of(5070));
    assertThat(uri.parameter("TRANSPORT")).contains("TCP");
    assertThat(uri.parameter("lr")).contains("");
    assertThat(uri.parameter("maddr")).isEmpty();
    assertThat(uri.headers()).isEqualTo("?a=b");
    assertThat(uri.text())
        .isEqualTo("sips:+1555;phone-context=x:pa%40ss@[2001:db8::10]:5070;transport=TCP;lr?a=b");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sip:", "sip:@host", "sip:a@", "sip:a@b@c", "sip:a@[::1", "sip:a@host:0",
            "sip:a@host:99999",
        "sip:a@host:x", "sip:a@ho st", "sip:a@[zz]", "sip:a@host:", "tel:", "tel:abc",
            "urn:service:sos",
        "nothing", "", ":"
      })
  void keepsOtherUrisAsText(String text) {
    assertThat(Uri.of(text)).isEqualTo(new OtherUri(text));
    assertThat(Uri.of(text).number()).isEmpty();
  }

  @Test
  void readsTelUris() {
    TelUri tel = (TelUri) Uri.of("tel:+1-555-123.(0001);isub=1");
    assertThat(tel.number()).isEqualTo("+15551230001");
    assertThat(tel.text()).isEqualTo("tel:+15551230001;isub=1");
  }

  @Test
  void encodesUsers() {
    assertThat(SipUri.of("a b@c", "example.com", 5060).text())
        .isEqualTo("sip:a%20b%40c@example.com:5060");
    assertThat(SipUri.of("+1555", "2001:db8::1").text()).isEqualTo("sip:+1555@[2001:db8::1]");
    assertThat(((SipUri) Uri.of("sip:%e2%82%ac%4@h")).user()).isEqualTo("\u20ac%4");
    assertThatThrownBy(() -> SipUri.of("a", "b c")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void stampsTheSourceIntoVia() {
    Via via = Via.of("UDP", "10.0.0.1", 5060, "z9hG4bK1");
    assertThat(via.stamped("203.0.113.7", 40_000).toString())
        .isEqualTo("SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bK1;rport=40000;received=203.0.113.7");
    Via old = Via.parse("SIP/2.0/UDP 10.0.0.1;branch=1;received=6.6.6.6").orElseThrow();
    assertThat(old.stamped("10.0.0.1", 5060)).isSameAs(old);
    assertThat(old.stamped("10.0.0.2", 5060).received()).contains("10.0.0.2");
    Via six = Via.of("UDP", "2001:db8::1", 5060, "z9hG4bK1");
    assertThat(six.host()).isEqualTo("[2001:db8::1]");
    assertThat(six.stamped("2001:db8::2", 9).received()).contains("2001:db8::2");
  }

  @Test
  void readsAddresses() {
    NameAddr bare = NameAddr.parse("sip:a@b;tag=1;x=\"q;u\"").orElseThrow();
    assertThat(bare.uri().text()).isEqualTo("sip:a@b");
    assertThat(bare.tag()).contains("1");
    assertThat(bare.parameter("x")).contains("q;u");
    assertThat(bare.parameters()).containsKeys("tag", "x");
    assertThat(bare.with("y", "2").toString()).isEqualTo("<sip:a@b>;tag=1;x=\"q;u\";y=2");
    assertThat(bare.withoutParameters().toString()).isEqualTo("<sip:a@b>");
    NameAddr named = NameAddr.of("Say \"hi\" \\", SipUri.of("a", "b"));
    assertThat(named.displayName()).isEqualTo("Say \"hi\" \\");
    assertThat(named.with("tag", "t").withoutParameters()).isEqualTo(named);
    assertThat(NameAddr.of(Uri.of("tel:1")).toString()).isEqualTo("<tel:1>");
    assertThatThrownBy(() -> bare.with("a b", "c")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void writesOnlyWhatItReads() {
    SipRequest.Builder builder = Wire.plain(SipMethod.OPTIONS, "z9hG4bK1");
    assertThatThrownBy(() -> builder.add(HeaderName.SUBJECT, "a\r\nVia: x"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.remove(HeaderName.CALL_ID).build())
        .isInstanceOf(InvalidMessageException.class);
  }

  @Test
  void changesFieldsInPlace() {
    SipRequest request =
        Wire.plain(SipMethod.OPTIONS, "z9hG4bK1")
            .addFirst(HeaderName.VIA, "SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK0")
            .add(HeaderName.SUBJECT, "one")
            .add(HeaderName.SUBJECT, "two")
            .set(HeaderName.SUBJECT, "three")
            .body("text/plain; charset=utf-8", new byte[] {1, 2, 3})
            .build();
    assertThat(request.via().host()).isEqualTo("192.0.2.9");
    assertThat(request.vias()).hasSize(2);
    assertThat(request.headers(HeaderName.SUBJECT)).containsExactly("three");
    assertThat(request.contentType()).isEqualTo("text/plain");
    assertThat(request.header(HeaderName.CONTENT_LENGTH)).contains("3");
  }

  @Test
  void whatWouldBreakTheStatusLineIsNoReason() {
    SipResponse.Builder response = Wire.plain(SipMethod.INVITE, "z9hG4bK1").build().respond(486);
    assertThat(response.reason("Bin gleich zurück").build().reason())
        .isEqualTo("Bin gleich zurück");
    assertThatThrownBy(() -> response.reason("Busy\r\nContact: <sip:evil.example>"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void whatWouldBreakTheRequestLineIsNoUri() {
    OtherUri uri = new OtherUri("sip:b@b SIP/2.0\r\nContact: <sip:evil.example>\r\nX:");
    assertThatThrownBy(() -> SipRequest.builder(SipMethod.OPTIONS, uri))
        .isInstanceOf(IllegalArgumentException.class);
    SipRequest.Builder plain = Wire.plain(SipMethod.OPTIONS, "z9hG4bK1");
    assertThatThrownBy(() -> plain.uri(uri)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 256})
  void hopsAreFromNoneTo255(int hops) {
    CallRequest call = CallRequest.to(Uri.of("sip:b@b"), NameAddr.of(Uri.of("sip:a@a")));
    assertThatThrownBy(() -> call.maxForwards(hops)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void copiesIntoAResponseWhatMustBeCopied() {
    SipRequest request =
        Wire.plain(SipMethod.INVITE, "z9hG4bK1")
            .add(HeaderName.RECORD_ROUTE, "<sip:p;lr>")
            .add(HeaderName.TIMESTAMP, "54")
            .build();
    assertThat(request.respond(100).build().header(HeaderName.TIMESTAMP)).contains("54");
    SipResponse ok = request.respond(200).toTag("b").toTag("c").build();
    assertThat(ok.toTag()).isEqualTo("b");
    assertThat(ok.recordRoutes()).hasSize(1);
    assertThat(ok.via()).isEqualTo(request.via());
    assertThat(request.respond(486).build().has(HeaderName.RECORD_ROUTE)).isFalse();
    assertThat(request.respond(486).build().reason()).isEqualTo("Busy Here");
  }

  @Test
  void aNameMayHoldAnyCharacterAndIsWrittenSoThatItIsReadAgain() {
    String name = "a\"b\\c\0d";
    NameAddr written = NameAddr.of(name, Uri.of("sip:a@example.com"));
    assertThat(written.displayName()).isEqualTo(name);
    assertThat(new HeaderField(HeaderName.FROM, written.toString()).value()).contains("c\\\0d");
  }
}
