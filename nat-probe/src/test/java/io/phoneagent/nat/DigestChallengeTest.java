// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The examples of the RFCs, and what may not be answered. */
class DigestChallengeTest {
  private static final String NONCE = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v";
  private static final String CNONCE = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ";
  private static final String OPAQUE = "FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS";
  private static final Credentials MUFASA = Credentials.of("Mufasa", "Circle of Life");

  private static Optional<DigestChallenge> read(String header) {
    return Challenge.read(header).stream().findFirst().flatMap(DigestChallenge::of);
  }

  private static DigestChallenge challenge(String header) {
    return read(header).orElseThrow();
  }

  private static String rfc7616(String algorithm) {
    return "Digest realm=\"http-auth@example.org\", qop=\"auth, auth-int\", algorithm="
        + algorithm
        + ", nonce=\""
        + NONCE
        + "\", opaque=\""
        + OPAQUE
        + "\"";
  }

  /** RFC 7616, section 3.9.1. */
  @ParameterizedTest
  @CsvSource({
    "MD5, 8ca523f5e9506fed4657c9700eebdbec",
    "SHA-256, 753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"
  })
  void exampleOfRfc7616(String algorithm, String response) {
    assertThat(challenge(rfc7616(algorithm)).answer(MUFASA, "GET", "/dir/index.html", CNONCE, 1))
        .isEqualTo(
            "Digest username=\"Mufasa\", realm=\"http-auth@example.org\", uri=\"/dir/index.html\","
                + " algorithm="
                + algorithm
                + ", nonce=\""
                + NONCE
                + "\", nc=00000001, qop=auth, cnonce=\""
                + CNONCE
                + "\", response=\""
                + response
                + "\", opaque=\""
                + OPAQUE
                + "\"");
  }

  /** RFC 2617, section 3.5. */
  @Test
  void exampleOfRfc2617() {
    String header =
        "Digest realm=\"testrealm@host.com\", qop=\"auth,auth-int\","
            + " nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\","
            + " opaque=\"5ccc069c403ebaf9f0171e9517f40e41\"";
    assertThat(
            challenge(header)
                .answer(
                    Credentials.of("Mufasa", "Circle Of Life"),
                    "GET",
                    "/dir/index.html",
                    "0a4f113b",
                    1))
        .contains("response=\"6629fae49393a05397450978507c4ef1\"");
  }

  private static String hash(String function, String text) throws Exception {
    return HexFormat.of()
        .formatHex(
            MessageDigest.getInstance(function).digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  /** What servers from before qop send, RFC 2069. */
  @Test
  void withoutQopNothingIsCounted() throws Exception {
    String answer =
        challenge("Digest realm=\"router\", nonce=\"abc\"").answer(MUFASA, "GET", "/x?y=1", "c", 7);
    String expected =
        hash(
            "MD5",
            hash("MD5", "Mufasa:router:Circle of Life") + ":abc:" + hash("MD5", "GET:/x?y=1"));
    assertThat(answer)
        .contains("response=\"" + expected + "\"")
        .doesNotContain("nc=", "cnonce", "qop", "opaque", "algorithm");
  }

  @ParameterizedTest
  @CsvSource({"MD5-sess, MD5", "SHA-256-sess, SHA-256"})
  void aSessionsKeyIsOfBothNonces(String algorithm, String function) throws Exception {
    String answer = challenge(rfc7616(algorithm)).answer(MUFASA, "GET", "/a", "c", 255);
    String ha1 =
        hash(
            function,
            hash(function, "Mufasa:http-auth@example.org:Circle of Life") + ":" + NONCE + ":c");
    String expected =
        hash(function, ha1 + ":" + NONCE + ":000000ff:c:auth:" + hash(function, "GET:/a"));
    assertThat(answer).contains("response=\"" + expected + "\"", "nc=000000ff");
  }

  @Test
  void aUsersNameMayBeHashed() throws Exception {
    String answer =
        challenge(rfc7616("SHA-256") + ", userhash=true").answer(MUFASA, "GET", "/a", "c", 1);
    assertThat(answer)
        .contains(
            "username=\"" + hash("SHA-256", "Mufasa:http-auth@example.org") + "\"", "userhash=true")
        .doesNotContain("Mufasa");
  }

  @Test
  void whatIsSentIsAscii() {
    String answer =
        challenge(rfc7616("SHA-256"))
            .answer(Credentials.of("Jäsøn \"Doe\"", "pass"), "GET", "/a", "c", 1);
    assertThat(answer).contains("username*=UTF-8''J%C3%A4s%C3%B8n%20%22Doe%22");
    assertThat(answer.chars()).allMatch(c -> c >= ' ' && c <= '~');
    assertThat(
            challenge("Digest realm=\"a \\\"b\\\\\", nonce=\"n\"")
                .answer(Credentials.of("u\\\"", "p"), "GET", "/", "c", 1))
        .contains("realm=\"a \\\"b\\\\\"", "username=\"u\\\\\\\"\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Basic realm=\"x\"",
        "Digest realm=\"x\"",
        "Digest nonce=\"x\"",
        "Digest realm=\"x\", nonce=\"\"",
        "Digest realm=\"x\", nonce=\"y\", qop=\"auth-int\"",
        "Digest realm=\"x\", nonce=\"y\", algorithm=SHA-512-256",
        "Digest realm=\"Zugangsbeschr\u00e4nkung\", nonce=\"y\"",
        "Digest realm=\"x\", nonce=\"y\u0000\"",
        "Digest realm=\"x\", nonce=\"y\", opaque=\"\u00e4\""
      })
  void whatCannotBeAnsweredIsPassedOver(String header) {
    assertThat(read(header)).isEmpty();
  }

  @Test
  void longOnesAreRefused() {
    String nonce = "n".repeat(1025);
    assertThat(read("Digest realm=\"x\", nonce=\"" + nonce + "\"")).isEmpty();
    assertThat(read("Digest realm=\"x\", nonce=\"" + nonce.substring(1) + "\"")).isPresent();
  }
}
