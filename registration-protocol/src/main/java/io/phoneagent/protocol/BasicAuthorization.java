// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.protocol;

import io.phoneagent.InvalidSettingException;
import io.phoneagent.PhoneNumber;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/** HTTP Basic (RFC 7617) with a number and its secret, in UTF-8. Only ever sent under TLS. */
public final class BasicAuthorization {
  /** The realm of accounts, for HTTP and for SIP. */
  public static final String REALM = "phoneagent";

  /** The challenge that goes with a 401. */
  public static final String CHALLENGE = "Basic realm=\"" + REALM + "\", charset=\"UTF-8\"";

  /** Longest secret, in characters. */
  public static final int MAX_SECRET = 256;

  private static final String SCHEME = "Basic ";

  private final PhoneNumber number;
  private final String secret;

  private BasicAuthorization(PhoneNumber number, String secret) {
    this.number = number;
    this.secret = secret;
  }

  /**
   * The credentials of a line.
   *
   * @throws InvalidSettingException if the secret is empty, longer than {@link #MAX_SECRET} or has
   *     control characters
   */
  public static BasicAuthorization of(PhoneNumber number, String secret) {
    if (!isSecret(secret)) {
      throw new InvalidSettingException(
          "secret", "must be 1 to " + MAX_SECRET + " characters without control characters");
    }
    return new BasicAuthorization(number, secret);
  }

  /** Reads the value of an Authorization header; empty if it is not such credentials. */
  public static Optional<BasicAuthorization> parse(String header) {
    int length = SCHEME.length();
    if (header.length() > 2048 || !header.regionMatches(true, 0, SCHEME, 0, length)) {
      return Optional.empty();
    }
    String text;
    try {
      byte[] octets = Base64.getDecoder().decode(header.substring(length).trim());
      text = new String(octets, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
    int colon = text.indexOf(':');
    if (colon < 0 || !PhoneNumber.isE164(text.substring(0, colon))) {
      return Optional.empty();
    }
    String secret = text.substring(colon + 1);
    return isSecret(secret)
        ? Optional.of(new BasicAuthorization(new PhoneNumber(text.substring(0, colon)), secret))
        : Optional.empty();
  }

  /** Whether a text can be a secret. */
  public static boolean isSecret(String secret) {
    for (int i = 0; i < secret.length(); i++) {
      if (Character.isISOControl(secret.charAt(i))) {
        return false;
      }
    }
    return !secret.isEmpty() && secret.length() <= MAX_SECRET;
  }

  /** The value of the Authorization header. Secret. */
  public String header() {
    byte[] text = (number.e164() + ":" + secret).getBytes(StandardCharsets.UTF_8);
    return SCHEME + Base64.getEncoder().encodeToString(text);
  }

  /** The number. */
  public PhoneNumber number() {
    return number;
  }

  /** The secret. */
  public String secret() {
    return secret;
  }

  /** The number only. */
  @Override
  public String toString() {
    return "BasicAuthorization[" + number + "]";
  }
}
