// SPDX-License-Identifier: Apache-2.0
package io.phoneagent;

import io.phoneagent.spi.IpLiteral;
import io.phoneagent.spi.RegistrarAddress;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Whom a call is for. A DNS switch knows numbers, and where that has to be a certain phone, the
 * phone's unique address ({@link #ofNumber}). A SIP registrar knows users of its domain, be they
 * numbers, extensions or names, and passes calls on to other domains as far as it wants to.
 *
 * @param user the number in E.164 or the user, escapes undone (RFC 3261, section 19.1.1): 1 to 128
 *     characters, no control characters among them
 * @param host the host name or IP address behind the @, in lower case and without brackets; empty
 *     for whoever has the line's registration
 * @param port the port behind the host, from 1 to 65535; never without a host
 */
public record CallTarget(String user, Optional<String> host, OptionalInt port) {
  private static final String SCHEME = "sip:";
  private static final int MAX_USER = 128;
  // What may stand in a user as it is (RFC 3261, section 25.1), and the # of keypads.
  private static final String PLAIN = "-_.!~*'()&=+$,;?/";
  private static final String TYPED = PLAIN + "#";

  /** Checks the user and the port. */
  public CallTarget {
    boolean known =
        !user.isEmpty()
            && user.length() <= MAX_USER
            && user.chars().noneMatch(Character::isISOControl)
            && StandardCharsets.UTF_8.newEncoder().canEncode(user);
    if (!known || (port.isPresent() && !host.isPresent())) {
      throw nobody(known ? ":" + port.getAsInt() : user);
    }
    OptionalInt behind = port;
    host = host.map(h -> checked(h, behind).host());
  }

  /**
   * Reads whom a line of a SIP registrar calls: a number as people write it, {@code +15551230002};
   * an extension, a feature code or a name, {@code 1002}, {@code *97}, {@code anna}; or the address
   * of one, {@code sip:1002@pbx.example.com}, with a port or without. What begins with a plus is a
   * number, and nothing but letters, digits, {@code -_.!~*'()&=+$,;?/#} and escapes like {@code
   * %40} stands for a user (RFC 3261, section 25.1). Parameters, passwords and {@code sips} are not
   * taken.
   *
   * @throws InvalidSettingException if it is none of these; says what may be written
   */
  public static CallTarget of(String text) {
    String trimmed = text.trim();
    boolean uri = trimmed.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
    String rest = uri ? trimmed.substring(SCHEME.length()) : trimmed;
    int at = rest.indexOf('@');
    if (at < 0) {
      // Without an @, what follows a semicolon or a question mark would be no user's in a URI.
      if (uri && (rest.indexOf(';') >= 0 || rest.indexOf('?') >= 0)) {
        throw nobody(text);
      }
      return new CallTarget(user(rest, text), Optional.empty(), OptionalInt.empty());
    }
    if (!uri) {
      throw nobody(text);
    }
    String user = user(rest.substring(0, at), text);
    String where = rest.substring(at + 1);
    Optional<InetAddress> literal = IpLiteral.parse(where);
    if (literal.isPresent()) {
      return new CallTarget(user, Optional.of(hostOf(literal.get())), OptionalInt.empty());
    }
    RegistrarAddress address = address(where, text);
    return new CallTarget(user, Optional.of(address.host()), address.port());
  }

  /**
   * Reads whom a line of a DNS switch calls: {@code +15551230002} or {@code
   * sip:+15551230002@198.18.0.7}, the phone with that number and that unique address ({@link
   * Assignment#uniqueAddress()}).
   *
   * @throws InvalidSettingException if it is neither
   */
  public static CallTarget ofNumber(String text) {
    String trimmed = text.trim();
    int at = trimmed.indexOf('@');
    if (at < 0) {
      String number = trimmed.startsWith(SCHEME) ? trimmed.substring(SCHEME.length()) : trimmed;
      return new CallTarget(PhoneNumber.of(number).e164(), Optional.empty(), OptionalInt.empty());
    }
    Optional<InetAddress> address = IpLiteral.parse(trimmed.substring(at + 1));
    if (!trimmed.startsWith(SCHEME) || !address.isPresent()) {
      throw new InvalidSettingException(
          "call",
          "'"
              + text
              + "' names no phone; write it like sip:+15551230002@198.18.0.7, or the number");
    }
    return new CallTarget(
        PhoneNumber.of(trimmed.substring(SCHEME.length(), at)).e164(),
        address.map(CallTarget::hostOf),
        OptionalInt.empty());
  }

  /** The number, where it is one. */
  public Optional<PhoneNumber> number() {
    return PhoneNumber.isE164(user) ? Optional.of(new PhoneNumber(user)) : Optional.empty();
  }

  /**
   * The address, where the host is one: towards a DNS switch the one that it has handed out to the
   * phone; the call reaches nobody if the number is not that phone's.
   */
  public Optional<InetAddress> uniqueAddress() {
    return host.flatMap(IpLiteral::parse);
  }

  /** As {@link #of} reads it: the number or the user alone, or the whole address. */
  @Override
  public String toString() {
    String written = written();
    return host.map(h -> SCHEME + written + '@' + where(h, port)).orElse(written);
  }

  private String written() {
    StringBuilder out = new StringBuilder(user.length());
    for (byte b : user.getBytes(StandardCharsets.UTF_8)) {
      if (isTyped(b)) {
        out.append((char) b);
      } else {
        out.append(String.format(Locale.ROOT, "%%%02X", b & 0xFF));
      }
    }
    return out.toString();
  }

  private static String hostOf(InetAddress address) {
    return address.getHostAddress();
  }

  private static RegistrarAddress checked(String host, OptionalInt port) {
    return address(where(host, port), where(host, port));
  }

  private static String where(String host, OptionalInt port) {
    return (host.indexOf(':') < 0 ? host : '[' + host + ']')
        + (port.isPresent() ? ":" + port.getAsInt() : "");
  }

  /** A host and a port, and nothing more. */
  private static RegistrarAddress address(String where, String text) {
    try {
      RegistrarAddress address = RegistrarAddress.of(URI.create(SCHEME + where));
      if (!address.transport().isPresent()) {
        return address;
      }
    } catch (InvalidSettingException | IllegalArgumentException e) {
      throw nobody(text);
    }
    throw nobody(text);
  }

  private static String user(String part, String text) {
    String bare = PhoneNumber.withoutSeparators(part);
    if (bare.startsWith("+")) {
      return PhoneNumber.of(part).e164();
    }
    ByteArrayOutputStream octets = new ByteArrayOutputStream(part.length());
    for (int i = 0; i < part.length(); i++) {
      char c = part.charAt(i);
      if (c == '%' && i + 2 < part.length()) {
        int high = Character.digit(part.charAt(i + 1), 16);
        int low = Character.digit(part.charAt(i + 2), 16);
        if (high < 0 || low < 0) {
          throw nobody(text);
        }
        octets.write(high * 16 + low);
        i += 2;
      } else if (isTyped(c)) {
        octets.write(c);
      } else {
        throw nobody(text);
      }
    }
    try {
      String user =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(octets.toByteArray()))
              .toString();
      if (user.startsWith("+") && !PhoneNumber.isE164(user)) {
        throw nobody(text);
      }
      return user;
    } catch (CharacterCodingException e) {
      throw nobody(text);
    }
  }

  private static boolean isTyped(int c) {
    return (c >= '0' && c <= '9')
        || (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c > 0 && TYPED.indexOf(c) >= 0);
  }

  private static InvalidSettingException nobody(String text) {
    StringBuilder shown = new StringBuilder(text.length());
    text.chars().limit(MAX_USER).forEach(c -> shown.append(c < ' ' || c == 127 ? '?' : (char) c));
    return new InvalidSettingException(
        "call",
        "'"
            + shown
            + "' names nobody; write a number in E.164 such as +15551230002, what the registrar calls"
            + " somebody, such as 1002, or an address such as sip:1002@pbx.example.com");
  }
}
