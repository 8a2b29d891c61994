// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import java.util.Locale;
import java.util.Optional;

/**
 * Where a call is to be transferred (RFC 3515 section 2.1): whom to call, and for an attended
 * transfer in the place of which dialog.
 *
 * @param target whom to call, without URI headers
 * @param replaces the dialog that the new one replaces
 */
public record ReferTo(Uri target, Optional<Replaces> replaces) {

  /** Reads a field's value; empty if it asks for anything else than an INVITE. */
  public static Optional<ReferTo> parse(String value) {
    Optional<NameAddr> address = NameAddr.parse(value);
    if (!address.isPresent()) {
      return Optional.empty();
    }
    Uri uri = address.get().uri();
    if (!(uri instanceof SipUri sip)) {
      return uri instanceof TelUri
          ? Optional.of(new ReferTo(uri, Optional.empty()))
          : Optional.empty();
    }
    if (sip.parameter("method").filter(method -> !method.equals("INVITE")).isPresent()) {
      return Optional.empty();
    }
    SipUri plain =
        new SipUri(sip.secure(), sip.userInfo(), sip.host(), sip.port(), sip.parameters(), "");
    Optional<String> replaces = header(sip, "replaces");
    if (!replaces.isPresent()) {
      return Optional.of(new ReferTo(plain, Optional.empty()));
    }
    return replaces.flatMap(Replaces::parse).map(r -> new ReferTo(plain, Optional.of(r)));
  }

  private static Optional<String> header(SipUri uri, String name) {
    if (uri.headers().length() < 2) {
      return Optional.empty();
    }
    for (String one : uri.headers().substring(1).split("&", -1)) {
      int equals = one.indexOf('=');
      if (equals > 0 && one.substring(0, equals).toLowerCase(Locale.ROOT).equals(name)) {
        return Optional.of(SipUri.decode(one.substring(equals + 1)));
      }
    }
    return Optional.empty();
  }

  /** The field's value, always in brackets. */
  @Override
  public String toString() {
    String headers = replaces.map(r -> "?Replaces=" + escaped(r.toString())).orElse("");
    return '<' + target.text() + headers + '>';
  }

  private static String escaped(String value) {
    StringBuilder out = new StringBuilder(value.length() + 16);
    for (byte b : Octets.bytes(value)) {
      boolean plain =
          (b >= '0' && b <= '9')
              || (b >= 'a' && b <= 'z')
              || (b >= 'A' && b <= 'Z')
              || "-_.!~*'()".indexOf(b) >= 0;
      if (plain) {
        out.append((char) b);
      } else {
        out.append(String.format(Locale.ROOT, "%%%02X", b & 0xFF));
      }
    }
    return out.toString();
  }
}
