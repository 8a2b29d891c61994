// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.spi;

import io.phoneagent.InvalidSettingException;
import io.phoneagent.Transport;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a SIP registrar is, as it is written in settings: {@code
 * sip:HOST[:PORT][;transport=udp|tcp|tls]}, or {@code sips:} for TLS (RFC 3261, section 19.1).
 *
 * @param host its name in lower case, or an IP address without brackets; also the domain of the
 *     line's address of record
 * @param port from 1 to 65535; empty where DNS is to say it (RFC 3263)
 * @param transport how it is reached; empty where DNS is to say it
 */
public record RegistrarAddress(String host, OptionalInt port, Optional<Transport> transport) {
  private static final Pattern TEXT =
      Pattern.compile(
          "(sips?):([a-zA-Z0-9.-]{1,253}|\\[[0-9a-fA-F:.]{2,45}\\])(:([0-9]{1,5}))?"
              + "(;transport=([a-zA-Z]{1,8}))?",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern NAME =
      Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*");

  /**
   * Reads one.
   *
   * @throws InvalidSettingException if it is none
   */
  public static RegistrarAddress of(URI uri) {
    Matcher matcher = TEXT.matcher(uri.toString());
    if (!matcher.matches()) {
      throw wrong("'" + shown(uri) + "' is no registrar; write it like sip:example.com");
    }
    boolean secure = matcher.group(1).equalsIgnoreCase("sips");
    String host = matcher.group(2).toLowerCase(Locale.ROOT);
    boolean literal = host.startsWith("[") || host.matches("[0-9.]+");
    host = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    if (literal ? !IpLiteral.parse(host).isPresent() : !NAME.matcher(host).matches()) {
      throw wrong("'" + host + "' is neither a host name nor an IP address");
    }
    OptionalInt port = OptionalInt.empty();
    if (matcher.group(4) != null) {
      int number = Integer.parseInt(matcher.group(4));
      if (number < 1 || number > 65_535) {
        throw wrong(number + " is no port; give one from 1 to 65535");
      }
      port = OptionalInt.of(number);
    }
    Optional<Transport> transport = secure ? Optional.of(Transport.TLS) : Optional.empty();
    if (matcher.group(6) != null) {
      Transport said = transport(matcher.group(6));
      if (secure && said == Transport.UDP) {
        throw wrong("sips and transport=udp do not go together; leave one out");
      }
      transport = secure ? transport : Optional.of(said);
    }
    return new RegistrarAddress(host, port, transport);
  }

  private static Transport transport(String text) {
    for (Transport each : Transport.values()) {
      if (each.label().equalsIgnoreCase(text)) {
        return each;
      }
    }
    throw wrong("transport=" + text + " is unknown; give one of udp, tcp, tls");
  }

  /** Without what may be a credential. */
  private static String shown(URI uri) {
    String text = uri.toString();
    String rest = text.substring(text.lastIndexOf('@') + 1);
    return rest.length() == text.length() ? text : "...@" + rest;
  }

  private static InvalidSettingException wrong(String problem) {
    return new InvalidSettingException("registrars", problem);
  }

  /** The address of the host, where it is written as one. */
  public boolean isLiteral() {
    return IpLiteral.parse(host).isPresent();
  }

  /** The usual port of a transport (RFC 3261, section 19.1.2). */
  public static int usualPort(Transport transport) {
    return transport == Transport.TLS ? 5061 : 5060;
  }

  /** As it is written. */
  public URI uri() {
    StringBuilder out = new StringBuilder("sip:");
    out.append(host.indexOf(':') < 0 ? host : "[" + host + "]");
    port.ifPresent(p -> out.append(':').append(p));
    transport.ifPresent(t -> out.append(";transport=").append(t.label()));
    return URI.create(out.toString());
  }

  @Override
  public String toString() {
    return uri().toString();
  }
}
