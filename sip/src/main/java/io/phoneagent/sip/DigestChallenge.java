// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What a server asks for in WWW-Authenticate or Proxy-Authenticate.
 *
 * @param realm whose passwords are meant
 * @param nonce what the answer is bound to
 * @param algorithm the hash
 * @param opaque to be given back, "" if there is none
 * @param stale whether only the nonce was too old
 * @param qopAuth whether qop=auth is offered
 */
public record DigestChallenge(
    String realm,
    String nonce,
    DigestAlgorithm algorithm,
    String opaque,
    boolean stale,
    boolean qopAuth) {

  /** A challenge with qop=auth. */
  public static DigestChallenge of(String realm, String nonce, DigestAlgorithm algorithm) {
    return new DigestChallenge(realm, nonce, algorithm, "", false, true);
  }

  /** The same to one whose secret was right, and the nonce too old (RFC 7616 section 3.3). */
  public DigestChallenge asStale() {
    return new DigestChallenge(realm, nonce, algorithm, opaque, true, qopAuth);
  }

  /** Reads a field's value; empty if it is another scheme, algorithm or quality than known here. */
  public static Optional<DigestChallenge> parse(String value) {
    Optional<Map<String, String>> read = Digest.parameters(value);
    if (!read.isPresent()) {
      return Optional.empty();
    }
    Map<String, String> all = read.get();
    Optional<DigestAlgorithm> algorithm = DigestAlgorithm.of(all.getOrDefault("algorithm", ""));
    String qop = all.getOrDefault("qop", "").toLowerCase(Locale.ROOT);
    boolean auth = false;
    for (String one : qop.split(",", -1)) {
      auth |= one.trim().equals("auth");
    }
    if (!algorithm.isPresent()
        || !all.containsKey("realm")
        || !all.containsKey("nonce")
        || (!qop.isEmpty() && !auth)) {
      return Optional.empty();
    }
    return Optional.of(
        new DigestChallenge(
            all.getOrDefault("realm", ""),
            all.getOrDefault("nonce", ""),
            algorithm.get(),
            all.getOrDefault("opaque", ""),
            all.getOrDefault("stale", "").equalsIgnoreCase("true"),
            auth));
  }

  /** The field's value. */
  public String header() {
    StringBuilder out = new StringBuilder(128);
    out.append("Digest realm=").append(Octets.quoted(realm));
    out.append(", nonce=").append(Octets.quoted(nonce));
    if (!opaque.isEmpty()) {
      out.append(", opaque=").append(Octets.quoted(opaque));
    }
    if (stale) {
      out.append(", stale=true");
    }
    out.append(", algorithm=").append(algorithm.text());
    if (qopAuth) {
      out.append(", qop=\"auth\"");
    }
    return out.toString();
  }
}
