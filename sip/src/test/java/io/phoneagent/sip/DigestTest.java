// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DigestTest {
  private static final String NONCE = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v";
  private static final String CNONCE = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ";

  // RFC 7616 section 3.9.1.
  @ParameterizedTest
  @CsvSource({
    "MD5,8ca523f5e9506fed4657c9700eebdbec",
    "SHA_256,753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
  })
  void computesTheStandardsExample(DigestAlgorithm algorithm, String expected) {
    String ha1 = Digest.ha1(algorithm, "Mufasa", "http-auth@example.org", "Circle of Life");
    String response =
        Digest.response(algorithm, ha1, NONCE, 1, CNONCE, SipMethod.of("GET"), "/dir/index.html");
    assertThat(response).isEqualTo(expected);

    DigestCredentials credentials =
        DigestCredentials.parse(
                "Digest username=\"Mufasa\", realm=\"http-auth@example.org\","
                    + " uri=\"/dir/index.html\", algorithm="
                    + algorithm.text()
                    + ", nonce=\""
                    + NONCE
                    + "\", nc=00000001, cnonce=\""
                    + CNONCE
                    + "\", qop=auth, response=\""
                    + expected
                    + "\", opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"")
            .orElseThrow();
    assertThat(Digest.verify(credentials, ha1, SipMethod.of("GET"))).isTrue();
    assertThat(Digest.verify(credentials, ha1, SipMethod.of("PUT"))).isFalse();
    assertThat(Digest.verify(credentials, "0" + ha1.substring(1), SipMethod.of("GET"))).isFalse();
    assertThat(credentials.nonceCount()).isEqualTo(1);
    assertThat(DigestCredentials.parse(credentials.header())).contains(credentials);
    assertThat(credentials.toString()).doesNotContain(expected);
  }

  @Test
  void verifiesWithoutQop() {
    // RFC 2617's example, computed as RFC 2069 did.
    String ha1 = Digest.ha1(DigestAlgorithm.MD5, "Mufasa", "testrealm@host.com", "Circle Of Life");
    DigestCredentials old =
        DigestCredentials.parse(
                "Digest username=\"Mufasa\", realm=\"testrealm@host.com\", "
                    + "nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\", uri=\"/dir/index.html\", "
                    + "response=\"670fd8c2df070c60b045671b8b24ff02\"")
            .orElseThrow();
    assertThat(Digest.verify(old, ha1, SipMethod.of("GET"))).isTrue();
    assertThat(DigestCredentials.parse(old.header())).contains(old);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Digest",
        "Basic dXNlcjpwYXNz",
        "Digest username",
        "Digest username=\"a",
        "Digest =a",
        "Digest username=\"a\", username=\"b\", nonce=\"n\", uri=\"u\", response=\"r\"",
        "Digest username=\"a\", nonce=\"n\", uri=\"u\"",
        "Digest username=\"a\", nonce=\"n\", uri=\"u\", response=\"r\", algorithm=SHA-512-256",
        "Digest username=\"a\", nonce=\"n\", uri=\"u\", response=\"r\", qop=auth-int",
        "Digest username=\"a\", nonce=\"n\", uri=\"u\", response=\"r\", qop=auth, nc=0000000g",
        "Digest username=\"a\", nonce=\"n\", uri=\"u\", response=\"r\", qop=auth, nc=00000000,"
            + " cnonce=\"c\"",
        "Digest username=\"a\", nonce=\"n\", uri=\"u\", response=\"r\", qop=auth, nc=00000001",
      })
  void refusesOtherCredentials(String value) {
    assertThat(DigestCredentials.parse(value)).isEmpty();
  }

  @Test
  void readsAndWritesChallenges() {
    DigestChallenge challenge =
        DigestChallenge.parse(
                "digest Realm=\"a \\\"b\\\", c\" ,nonce=\"n\", qop=\"auth,auth-int\","
                    + "algorithm=sha-256, opaque=\"o\", stale=TRUE, unknown=1")
            .orElseThrow();
    assertThat(challenge)
        .isEqualTo(
            new DigestChallenge("a \"b\", c", "n", DigestAlgorithm.SHA_256, "o", true, true));
    assertThat(DigestChallenge.parse(challenge.header())).contains(challenge);
    assertThat(DigestChallenge.parse("Digest realm=\"r\", nonce=\"n\"").orElseThrow().algorithm())
        .isEqualTo(DigestAlgorithm.MD5);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Digest realm=\"r\"",
        "Digest nonce=\"n\"",
        "Digest realm=\"r\", nonce=\"n\", qop=\"auth-int\"",
        "Digest realm=\"r\", nonce=\"n\", algorithm=MD5-sess",
        "Basic realm=\"r\"",
      })
  void refusesOtherChallenges(String value) {
    assertThat(DigestChallenge.parse(value)).isEmpty();
  }

  @Test
  void takesTheStrongerOfTwoChallengesAndCountsItsUses() {
    DigestAccount account = new DigestAccount("bob", "zanzibar", SipTokens.from(new Random(5)));
    assertThat(account.preemptive(SipMethod.BYE, "sip:x")).isEmpty();
    SipRequest request = Wire.plain(SipMethod.REGISTER, "z9hG4bK1").build();
    SipResponse response =
        request
            .respond(401)
            .add(HeaderName.WWW_AUTHENTICATE, "Digest realm=\"r\", nonce=\"1\", algorithm=MD5")
            .add(HeaderName.WWW_AUTHENTICATE, "Digest realm=\"r\", nonce=\"2\", algorithm=SHA-999")
            .add(
                HeaderName.WWW_AUTHENTICATE,
                "Digest realm=\"r\", nonce=\"3\", algorithm=SHA-256, qop=\"auth\"")
            .build();
    HeaderField field = account.answer(response, SipMethod.REGISTER, "sip:r").orElseThrow();
    DigestCredentials first = DigestCredentials.parse(field.value()).orElseThrow();
    assertThat(field.name()).isEqualTo(HeaderName.AUTHORIZATION);
    assertThat(first.nonce()).isEqualTo("3");
    assertThat(first.nonceCount()).isEqualTo(1);
    String ha1 = Digest.ha1(DigestAlgorithm.SHA_256, "bob", "r", "zanzibar");
    assertThat(Digest.verify(first, ha1, SipMethod.REGISTER)).isTrue();
    DigestCredentials second =
        account
            .preemptive(SipMethod.BYE, "sip:x")
            .flatMap(one -> DigestCredentials.parse(one.value()))
            .orElseThrow();
    assertThat(second.nonceCount()).isEqualTo(2);
    assertThat(second.cnonce()).isNotEqualTo(first.cnonce());
    assertThat(Digest.verify(second, ha1, SipMethod.BYE)).isTrue();
    assertThat(account.answer(request.respond(401).build(), SipMethod.BYE, "x")).isEmpty();
    assertThat(account.toString() + field).doesNotContain("zanzibar");
  }
}
