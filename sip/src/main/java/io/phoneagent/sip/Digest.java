// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The arithmetic of digest authentication with qop=auth or none (RFC 7616 section 3.4, RFC 8760).
 */
public final class Digest {
  private Digest() {}

  /** What stands for user and password in a realm; as secret as the password there. */
  public static String ha1(
      DigestAlgorithm algorithm, String username, String realm, String password) {
    return algorithm.hash(username + ':' + realm + ':' + password);
  }

  /** The response with qop=auth. */
  public static String response(
      DigestAlgorithm algorithm,
      String ha1,
      String nonce,
      long nonceCount,
      String cnonce,
      SipMethod method,
      String uri) {
    return response(algorithm, ha1, nonce, count(nonceCount), cnonce, "auth", method, uri);
  }

  static String count(long nonceCount) {
    return String.format(Locale.ROOT, "%08x", nonceCount);
  }

  private static String response(
      DigestAlgorithm algorithm,
      String ha1,
      String nonce,
      String nonceCount,
      String cnonce,
      String qop,
      SipMethod method,
      String uri) {
    String ha2 = algorithm.hash(method.name() + ':' + uri);
    String middle = qop.isEmpty() ? nonce : nonce + ':' + nonceCount + ':' + cnonce + ':' + qop;
    return algorithm.hash(ha1 + ':' + middle + ':' + ha2);
  }

  /**
   * Whether the credentials prove knowledge of the secret for this method and the URI they name.
   * Whether that URI, the realm, the nonce and its count are the right ones is the caller's to see.
   * Takes the same time wherever the responses differ.
   */
  public static boolean verify(DigestCredentials credentials, String ha1, SipMethod method) {
    String expected =
        response(
            credentials.algorithm(),
            ha1,
            credentials.nonce(),
            credentials.nonceCountText(),
            credentials.cnonce(),
            credentials.qop(),
            method,
            credentials.uri());
    return MessageDigest.isEqual(
        Octets.bytes(expected), Octets.bytes(credentials.response().toLowerCase(Locale.ROOT)));
  }

  static String withoutQop(
      DigestAlgorithm algorithm, String ha1, String nonce, SipMethod method, String uri) {
    return response(algorithm, ha1, nonce, "", "", "", method, uri);
  }

  /** Who is told the parameters of a field's value. */
  @FunctionalInterface
  interface Taker {
    /**
     * Takes one.
     *
     * @param bytes the field's value, with the parameter's name between two offsets
     * @param value without its quotes
     * @return false if the whole value is to be given up
     */
    boolean take(byte[] bytes, int nameFrom, int nameTo, String value);
  }

  /**
   * The parameters behind "Digest", names in lower case, values unquoted; empty if it cannot be
   * read.
   */
  static Optional<Map<String, String>> parameters(String value) {
    Map<String, String> found = new LinkedHashMap<>();
    // A name that comes twice could mean one thing to a proxy and another to us.
    boolean read =
        read(
            value,
            (bytes, from, to, text) ->
                found.put(Octets.text(bytes, from, to).toLowerCase(Locale.ROOT), text) == null);
    return read ? Optional.of(found) : Optional.empty();
  }

  /** Tells the parameters behind "Digest", in order; whether all could be read. */
  static boolean read(String value, Taker taker) {
    byte[] bytes = Octets.bytes(value);
    int scheme = Octets.skipSpace(bytes, 0, bytes.length);
    if (bytes.length < scheme + 7
        || !Octets.equalsIgnoreCase(bytes, scheme, scheme + 6, "Digest")
        || !Octets.isSpace(bytes[scheme + 6])) {
      return false;
    }
    int i = scheme + 6;
    while (i < bytes.length) {
      int comma = Octets.find(bytes, i, bytes.length, ',', false);
      if (comma < 0) {
        return false;
      }
      int from = Octets.skipSpace(bytes, i, comma);
      int to = Octets.trimEnd(bytes, from, comma);
      if (from < to && !parameter(bytes, from, to, taker)) {
        return false;
      }
      i = comma + 1;
    }
    return true;
  }

  private static boolean parameter(byte[] bytes, int from, int to, Taker taker) {
    int nameTo = Octets.skip(bytes, from, to, Octets.TOKEN);
    int equals = Octets.skipSpace(bytes, nameTo, to);
    if (nameTo == from || equals == to || bytes[equals] != '=') {
      return false;
    }
    int valueFrom = Octets.skipSpace(bytes, equals + 1, to);
    return taker.take(bytes, from, nameTo, Octets.unquoted(bytes, valueFrom, to));
  }
}
