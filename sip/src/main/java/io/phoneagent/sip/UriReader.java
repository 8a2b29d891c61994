// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Reads URIs in place (RFC 3261 section 19.1), so that only what is kept of one becomes a text. */
final class UriReader {
  private UriReader() {}

  /** The URI that fills the range; another one's text where it is no good SIP or tel URI. */
  static Uri read(byte[] bytes, int from, int to) {
    return read(bytes, from, to, "");
  }

  /**
   * The same.
   *
   * @param likely a host that it may have, whose text then serves again: that of the last request
   */
  static Uri read(byte[] bytes, int from, int to, String likely) {
    Uri known = null;
    int colon = from;
    while (colon < to && bytes[colon] != ':') {
      colon++;
    }
    if (colon == to) {
      return new OtherUri(Octets.text(bytes, from, to));
    }
    if (Octets.equalsIgnoreCase(bytes, from, colon, "sip")) {
      known = sip(false, bytes, colon + 1, to, likely);
    } else if (Octets.equalsIgnoreCase(bytes, from, colon, "sips")) {
      known = sip(true, bytes, colon + 1, to, likely);
    } else if (Octets.equalsIgnoreCase(bytes, from, colon, "tel")) {
      known = TelUri.parse(Octets.text(bytes, from, to)).orElse(null);
    }
    return known != null ? known : new OtherUri(Octets.text(bytes, from, to));
  }

  /** Reads what stands behind the scheme; null if it is no SIP URI. */
  private static @Nullable SipUri sip(
      boolean secure, byte[] bytes, int from, int to, String likely) {
    int at = -1;
    for (int i = from; i < to; i++) {
      int b = bytes[i];
      if ((b >= 0 && b <= ' ') || b == '<' || b == '>' || b == '"' || b == 127) {
        return null;
      }
      // The user part may hold ';' and '?', so the last '@' decides (section 19.1.2).
      if (b == '@') {
        if (at >= 0) {
          return null;
        }
        at = i;
      }
    }
    if (at == from) {
      return null;
    }
    int hostFrom = at < 0 ? from : at + 1;
    int question = index(bytes, hostFrom, to, '?');
    int semicolon = index(bytes, hostFrom, question, ';');
    int hostTo = semicolon;
    int portFrom = -1;
    int bracket = hostFrom;
    if (hostFrom < semicolon && bytes[hostFrom] == '[') {
      bracket = index(bytes, hostFrom, semicolon, ']');
      if (bracket == semicolon) {
        return null;
      }
    }
    int colon = index(bytes, bracket, semicolon, ':');
    if (colon < semicolon) {
      hostTo = colon;
      portFrom = colon + 1;
    }
    OptionalInt port = OptionalInt.empty();
    if (portFrom >= 0) {
      long number = Octets.decimal(bytes, portFrom, semicolon);
      if (number < 1 || number > 65_535) {
        return null;
      }
      port = OptionalInt.of((int) number);
    }
    if (!Octets.isHost(bytes, hostFrom, hostTo)) {
      return null;
    }
    return new SipUri(
        secure,
        at < 0 ? "" : Octets.text(bytes, from, at),
        Octets.equals(bytes, hostFrom, hostTo, likely)
            ? likely
            : Octets.text(bytes, hostFrom, hostTo),
        port,
        semicolon == question ? "" : Octets.text(bytes, semicolon, question),
        question == to ? "" : Octets.text(bytes, question, to));
  }

  private static int index(byte[] bytes, int from, int to, int wanted) {
    int i = from;
    while (i < to && bytes[i] != wanted) {
      i++;
    }
    return i;
  }
}
