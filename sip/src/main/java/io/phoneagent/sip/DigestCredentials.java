// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import java.util.Map;
import java.util.Optional;

/**
 * What a client answers in Authorization or Proxy-Authorization.
 *
 * @param username who
 * @param realm whose passwords are meant
 * @param nonce the server's
 * @param uri what was asked for
 * @param response the proof
 * @param algorithm the hash
 * @param cnonce the client's own nonce, "" without qop
 * @param nonceCountText eight hexadecimal digits, "" without qop
 * @param qop "auth" or ""
 * @param opaque what the server wanted back, "" if nothing
 */
public record DigestCredentials(
    String username,
    String realm,
    String nonce,
    String uri,
    String response,
    DigestAlgorithm algorithm,
    String cnonce,
    String nonceCountText,
    String qop,
    String opaque) {

  /** Reads a field's value; empty if it is another scheme, algorithm or quality than known here. */
  public static Optional<DigestCredentials> parse(String value) {
    Optional<Map<String, String>> read = Digest.parameters(value);
    if (!read.isPresent()) {
      return Optional.empty();
    }
    Map<String, String> all = read.get();
    Optional<DigestAlgorithm> algorithm = DigestAlgorithm.of(all.getOrDefault("algorithm", ""));
    DigestCredentials made =
        new DigestCredentials(
            all.getOrDefault("username", ""),
            all.getOrDefault("realm", ""),
            all.getOrDefault("nonce", ""),
            all.getOrDefault("uri", ""),
            all.getOrDefault("response", ""),
            algorithm.orElse(DigestAlgorithm.MD5),
            all.getOrDefault("cnonce", ""),
            all.getOrDefault("nc", ""),
            all.getOrDefault("qop", ""),
            all.getOrDefault("opaque", ""));
    boolean whole =
        algorithm.isPresent()
            && !made.username.isEmpty()
            && !made.nonce.isEmpty()
            && !made.uri.isEmpty()
            && !made.response.isEmpty();
    boolean quality =
        made.qop.isEmpty()
            || (made.qop.equals("auth") && made.nonceCount() > 0 && !made.cnonce.isEmpty());
    return whole && quality ? Optional.of(made) : Optional.empty();
  }

  /** How often the nonce was used, or 0 without qop. */
  public long nonceCount() {
    if (nonceCountText.length() != 8) {
      return 0;
    }
    long count = 0;
    for (int i = 0; i < 8; i++) {
      int digit = Character.digit(nonceCountText.charAt(i), 16);
      if (digit < 0) {
        return 0;
      }
      count = count * 16 + digit;
    }
    return count;
  }

  /** The field's value. */
  public String header() {
    StringBuilder out = new StringBuilder(256);
    out.append("Digest username=").append(Octets.quoted(username));
    out.append(", realm=").append(Octets.quoted(realm));
    out.append(", nonce=").append(Octets.quoted(nonce));
    out.append(", uri=").append(Octets.quoted(uri));
    out.append(", response=").append(Octets.quoted(response));
    out.append(", algorithm=").append(algorithm.text());
    if (!qop.isEmpty()) {
      out.append(", cnonce=").append(Octets.quoted(cnonce));
      out.append(", qop=").append(qop).append(", nc=").append(nonceCountText);
    }
    if (!opaque.isEmpty()) {
      out.append(", opaque=").append(Octets.quoted(opaque));
    }
    return out.toString();
  }

  /** Without the proof. */
  @Override
  public String toString() {
    return "Digest of " + username + " in " + realm;
  }
}
