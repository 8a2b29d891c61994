// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * What a server asks a user to prove, and the proof (RFC 7616).
 *
 * @param nonce what the proof is made for
 * @param opaque given back as it came
 * @param protects whether the proof counts and holds something of the client's ({@code qop=auth});
 *     old servers know no more than RFC 2069
 * @param userHash whether the user's name is to be sent as a hash
 * @param stale whether the proof before was right, but for a nonce that is too old
 */
record DigestChallenge(
    DigestAlgorithm algorithm,
    String realm,
    String nonce,
    Optional<String> opaque,
    boolean protects,
    boolean userHash,
    boolean stale) {
  private static final int LONGEST = 1024;

  /** Empty where it asks for what is not known here, or for what could not be sent back. */
  static Optional<DigestChallenge> of(Challenge challenge) {
    Optional<DigestAlgorithm> algorithm = DigestAlgorithm.of(challenge.parameter("algorithm"));
    String qop = challenge.parameter("qop");
    boolean auth =
        Arrays.stream(qop.split(",", -1)).anyMatch(q -> q.trim().equalsIgnoreCase("auth"));
    String realm = challenge.parameter("realm");
    String nonce = challenge.parameter("nonce");
    String opaque = challenge.parameter("opaque");
    if (!challenge.scheme().equals("digest")
        || !algorithm.isPresent()
        || !(auth || qop.isEmpty())
        || !challenge.parameters().containsKey("realm")
        || nonce.isEmpty()
        || !isSendable(realm)
        || !isSendable(nonce)
        || !isSendable(opaque)) {
      return Optional.empty();
    }
    return Optional.of(
        new DigestChallenge(
            algorithm.get(),
            realm,
            nonce,
            Optional.ofNullable(challenge.parameters().get("opaque")),
            auth,
            challenge.parameter("userhash").equalsIgnoreCase("true"),
            challenge.parameter("stale").equalsIgnoreCase("true")));
  }

  private static boolean isSendable(String text) {
    return text.length() <= LONGEST && text.chars().allMatch(c -> c >= ' ' && c <= '~');
  }

  /**
   * The proof, as the value of the header {@code Authorization}.
   *
   * @param cnonce of the client's own choice, the same as long as the nonce is
   * @param count how many questions with this nonce there have been, this one included
   * @param uri path and query, as in the question
   */
  String answer(Credentials credentials, String method, String uri, String cnonce, long count) {
    String user = credentials.user();
    String ha1 = algorithm.hash(user + ':' + realm + ':' + credentials.password());
    if (algorithm.isSession()) {
      ha1 = algorithm.hash(ha1 + ':' + nonce + ':' + cnonce);
    }
    String ha2 = algorithm.hash(method + ':' + uri);
    String nc = String.format(Locale.ROOT, "%08x", count);
    String middle = protects ? nonce + ':' + nc + ':' + cnonce + ":auth" : nonce;
    StringBuilder header = new StringBuilder("Digest ").append(userParameter(user));
    quoted(header, "realm", realm);
    quoted(header, "uri", uri);
    // Some old servers refuse a parameter that they have not sent themselves.
    if (algorithm != DigestAlgorithm.MD5 || protects) {
      header.append(", algorithm=").append(algorithm);
    }
    quoted(header, "nonce", nonce);
    if (protects) {
      header.append(", nc=").append(nc).append(", qop=auth");
    }
    if (protects || algorithm.isSession()) {
      quoted(header, "cnonce", cnonce);
    }
    quoted(header, "response", algorithm.hash(ha1 + ':' + middle + ':' + ha2));
    opaque.ifPresent(o -> quoted(header, "opaque", o));
    if (userHash) {
      header.append(", userhash=true");
    }
    return header.toString();
  }

  private String userParameter(String user) {
    if (userHash) {
      return "username=\"" + algorithm.hash(user + ':' + realm) + '"';
    }
    StringBuilder name = new StringBuilder();
    if (isSendable(user)) {
      quoted(name, "username", user);
      return name.substring(2);
    }
    // RFC 8187, for names that are not ASCII.
    for (byte octet : user.getBytes(UTF_8)) {
      char c = (char) (octet & 0xff);
      boolean plain = c < 128 && Character.isLetterOrDigit(c);
      name.append(plain ? String.valueOf(c) : String.format(Locale.ROOT, "%%%02X", octet & 0xff));
    }
    return "username*=UTF-8''" + name;
  }

  private static void quoted(StringBuilder header, String name, String value) {
    header
        .append(", ")
        .append(name)
        .append("=\"")
        .append(value.replace("\\", "\\\\").replace("\"", "\\\""))
        .append('"');
  }
}
