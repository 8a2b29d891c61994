// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.place;

import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A key that proves messages to a name server (TSIG, RFC 8945).
 *
 * @param name its name there
 * @param algorithm {@code hmac-sha224}, {@code hmac-sha256}, {@code hmac-sha384} or {@code
 *     hmac-sha512}
 * @param secret in Base64
 */
public record TsigKey(String name, String algorithm, String secret) {
  private static final Pattern COMMENT =
      Pattern.compile("/\\*.*?\\*/|(//|#)[^\n]*", Pattern.DOTALL);
  private static final Pattern KEY =
      Pattern.compile(
          "\\s*key\\s+\"?([A-Za-z0-9_.-]{1,253})\"?\\s*[{]([^{}]*)[}]\\s*;?\\s*",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern MEMBER =
      Pattern.compile(
          "\\s*([a-z]+)\\s+(?:\"([^\"]*)\"|([^\\s\";]+))\\s*;\\s*", Pattern.CASE_INSENSITIVE);

  /**
   * Reads {@code key "NAME" { algorithm A; secret "BASE64"; };} with BIND's comments.
   *
   * @return empty if it is not one key of that form
   */
  public static Optional<TsigKey> parse(String text) {
    Matcher key = KEY.matcher(withoutComments(text));
    if (!key.matches()) {
      return Optional.empty();
    }
    String algorithm = "";
    String secret = "";
    String members = key.group(2);
    Matcher member = MEMBER.matcher(members);
    int at = 0;
    while (member.find() && member.start() == at) {
      at = member.end();
      String value = member.group(2) == null ? member.group(3) : member.group(2);
      switch (member.group(1).toLowerCase(Locale.ROOT)) {
        case "algorithm" -> algorithm = value.toLowerCase(Locale.ROOT);
        case "secret" -> secret = value;
        default -> {
          return Optional.empty();
        }
      }
    }
    boolean whole = members.substring(at).isBlank();
    return whole && algorithm.matches("hmac-sha(224|256|384|512)") && isSecret(secret)
        ? Optional.of(new TsigKey(key.group(1), algorithm, secret))
        : Optional.empty();
  }

  /** A secret in Base64 may have two slashes in a row; comments begin outside of quotes. */
  private static String withoutComments(String text) {
    StringBuilder plain = new StringBuilder();
    String[] parts = text.split("\"", -1);
    for (int i = 0; i < parts.length; i++) {
      boolean quoted = i % 2 == 1;
      plain.append(i == 0 ? "" : "\"");
      plain.append(quoted ? parts[i] : COMMENT.matcher(parts[i]).replaceAll(" "));
    }
    return plain.toString();
  }

  private static boolean isSecret(String text) {
    try {
      return Base64.getDecoder().decode(text).length > 0;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** Its name; the secret is in no text. */
  @Override
  public String toString() {
    return "TsigKey[" + name + ", " + algorithm + "]";
  }
}
