// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A SIP or SIPS URI (RFC 3261 section 19.1).
 *
 * @param secure whether the scheme is sips
 * @param userInfo user and password as written, "" if there is none
 * @param host in lower case, IPv6 addresses in brackets
 * @param port the port, if written
 * @param parameters as written, each with its semicolon
 * @param headers as written, with the question mark
 */
public record SipUri(
    boolean secure,
    String userInfo,
    String host,
    OptionalInt port,
    String parameters,
    String headers)
    implements Uri {

  /** A SIP URI without parameters; the user is percent-encoded where it must be. */
  public static SipUri of(String user, String host, int port) {
    return new SipUri(false, encode(user), Via.bracketed(host), OptionalInt.of(port), "", "");
  }

  /** A SIP URI without port and parameters. */
  public static SipUri of(String user, String host) {
    return new SipUri(false, encode(user), Via.bracketed(host), OptionalInt.empty(), "", "");
  }

  public SipUri {
    if (!Octets.isHost(host)) {
      throw new IllegalArgumentException("no host: " + host);
    }
    host = host.toLowerCase(Locale.ROOT);
  }

  /** The user without password and user parameters, percent-encoding undone. */
  public String user() {
    int end = userInfo.indexOf(':');
    return decode(end < 0 ? userInfo : userInfo.substring(0, end));
  }

  @Override
  public String number() {
    String user = user();
    int semicolon = user.indexOf(';');
    return semicolon < 0 ? user : user.substring(0, semicolon);
  }

  /** The value of a URI parameter, "" if it has none. */
  public Optional<String> parameter(String name) {
    byte[] bytes = Octets.bytes(parameters);
    return Parameters.find(bytes, 0, bytes.length, name);
  }

  /** This URI with one more parameter. */
  public SipUri with(String name, String value) {
    return new SipUri(
        secure,
        userInfo,
        host,
        port,
        parameters + ';' + name + (value.isEmpty() ? "" : '=' + value),
        headers);
  }

  @Override
  public String text() {
    StringBuilder out = new StringBuilder(64).append(secure ? "sips:" : "sip:");
    if (!userInfo.isEmpty()) {
      out.append(userInfo).append('@');
    }
    out.append(host);
    if (port.isPresent()) {
      out.append(':').append(port.getAsInt());
    }
    return out.append(parameters).append(headers).toString();
  }

  @Override
  public String toString() {
    return text();
  }

  private static String encode(String user) {
    StringBuilder out = new StringBuilder(user.length());
    for (byte b : user.getBytes(StandardCharsets.UTF_8)) {
      boolean plain =
          (b >= '0' && b <= '9')
              || (b >= 'a' && b <= 'z')
              || (b >= 'A' && b <= 'Z')
              || "-_.!~*'()&=+$,;?/".indexOf(b) >= 0;
      if (plain) {
        out.append((char) b);
      } else {
        out.append(String.format(Locale.ROOT, "%%%02X", b & 0xFF));
      }
    }
    return out.toString();
  }

  static String decode(String text) {
    if (text.indexOf('%') < 0) {
      return text;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream(text.length());
    byte[] bytes = Octets.bytes(text);
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '%' && i + 2 < bytes.length) {
        int high = Character.digit(bytes[i + 1], 16);
        int low = Character.digit(bytes[i + 2], 16);
        if (high >= 0 && low >= 0) {
          out.write(high * 16 + low);
          i += 2;
          continue;
        }
      }
      out.write(bytes[i]);
    }
    return new String(out.toByteArray(), StandardCharsets.UTF_8);
  }
}
