// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import java.util.EnumMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

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
    Found found = new Found();
    if (!Digest.read(value, found)) {
      return Optional.empty();
    }
    Optional<DigestAlgorithm> algorithm = DigestAlgorithm.of(found.text(Name.ALGORITHM));
    DigestCredentials made =
        new DigestCredentials(
            found.text(Name.USERNAME),
            found.text(Name.REALM),
            found.text(Name.NONCE),
            found.text(Name.URI),
            found.text(Name.RESPONSE),
            algorithm.orElse(DigestAlgorithm.MD5),
            found.text(Name.CNONCE),
            found.text(Name.NC),
            found.text(Name.QOP),
            found.text(Name.OPAQUE));
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

  private enum Name {
    USERNAME,
    REALM,
    NONCE,
    URI,
    RESPONSE,
    ALGORITHM,
    CNONCE,
    NC,
    QOP,
    OPAQUE
  }

  /** What one value has: each registration brings one, so no names are made of it. */
  private static final class Found implements Digest.Taker {
    private static final Name[] NAMES = Name.values();

    private final Map<Name, String> texts = new EnumMap<>(Name.class);
    private final Set<String> others = new HashSet<>(0);

    // A name that comes twice could mean one thing to a proxy and another to us.
    @Override
    public boolean take(byte[] bytes, int nameFrom, int nameTo, String value) {
      for (Name name : NAMES) {
        if (Octets.equalsIgnoreCase(bytes, nameFrom, nameTo, name.name())) {
          return texts.put(name, value) == null;
        }
      }
      return others.add(Octets.text(bytes, nameFrom, nameTo).toLowerCase(Locale.ROOT));
    }

    /** The value of a known name, "" if it was not there. */
    String text(Name name) {
      return texts.getOrDefault(name, "");
    }
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
