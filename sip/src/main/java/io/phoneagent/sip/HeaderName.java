// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The name of a header field. Names are compared without regard to case; a compact form is the same
 * name as the long one (RFC 3261 section 7.3.3). The known ones are interned, so that reading a
 * message makes no strings for them.
 */
public final class HeaderName {
  // A power of two, at least four times the number of names and compact forms: probes stay short.
  private static final int SLOTS = 256;
  private static final HeaderName[] TABLE = new HeaderName[SLOTS];
  // In lower case; empty where the slot is.
  private static final byte[][] TABLE_KEYS = new byte[SLOTS][0];
  // By number. The first is nobody's, so that 0 is that of all other names.
  private static final List<HeaderName> KNOWN = new ArrayList<>();

  static {
    KNOWN.add(new HeaderName("", "", 0));
  }

  // The first seven are those that a reader looks at itself.

  public static final HeaderName VIA = known("Via", "v");
  public static final HeaderName FROM = known("From", "f");
  public static final HeaderName TO = known("To", "t");
  public static final HeaderName CALL_ID = known("Call-ID", "i");
  public static final HeaderName CSEQ = known("CSeq", "");
  public static final HeaderName CONTENT_LENGTH = known("Content-Length", "l");
  public static final HeaderName MAX_FORWARDS = known("Max-Forwards", "");
  public static final HeaderName CONTACT = known("Contact", "m");
  public static final HeaderName CONTENT_TYPE = known("Content-Type", "c");
  public static final HeaderName CONTENT_ENCODING = known("Content-Encoding", "e");
  public static final HeaderName EXPIRES = known("Expires", "");
  public static final HeaderName MIN_EXPIRES = known("Min-Expires", "");
  public static final HeaderName ROUTE = known("Route", "");
  public static final HeaderName RECORD_ROUTE = known("Record-Route", "");
  public static final HeaderName PATH = known("Path", "");
  public static final HeaderName SERVICE_ROUTE = known("Service-Route", "");
  public static final HeaderName AUTHORIZATION = known("Authorization", "");
  public static final HeaderName WWW_AUTHENTICATE = known("WWW-Authenticate", "");
  public static final HeaderName PROXY_AUTHORIZATION = known("Proxy-Authorization", "");
  public static final HeaderName PROXY_AUTHENTICATE = known("Proxy-Authenticate", "");
  public static final HeaderName ALLOW = known("Allow", "");
  public static final HeaderName ACCEPT = known("Accept", "");
  public static final HeaderName SUPPORTED = known("Supported", "k");
  public static final HeaderName UNSUPPORTED = known("Unsupported", "");
  public static final HeaderName REQUIRE = known("Require", "");
  public static final HeaderName PROXY_REQUIRE = known("Proxy-Require", "");
  public static final HeaderName USER_AGENT = known("User-Agent", "");
  public static final HeaderName SERVER = known("Server", "");
  public static final HeaderName SUBJECT = known("Subject", "s");
  public static final HeaderName EVENT = known("Event", "o");
  public static final HeaderName ALLOW_EVENTS = known("Allow-Events", "u");
  public static final HeaderName REFER_TO = known("Refer-To", "r");
  public static final HeaderName REFERRED_BY = known("Referred-By", "b");
  public static final HeaderName REPLACES = known("Replaces", "");
  public static final HeaderName REASON = known("Reason", "");
  public static final HeaderName RETRY_AFTER = known("Retry-After", "");
  public static final HeaderName WARNING = known("Warning", "");
  public static final HeaderName DATE = known("Date", "");
  public static final HeaderName TIMESTAMP = known("Timestamp", "");
  public static final HeaderName RSEQ = known("RSeq", "");
  public static final HeaderName RACK = known("RAck", "");
  public static final HeaderName SESSION_EXPIRES = known("Session-Expires", "x");
  public static final HeaderName MIN_SE = known("Min-SE", "");
  public static final HeaderName P_ASSERTED_IDENTITY = known("P-Asserted-Identity", "");
  public static final HeaderName PRIVACY = known("Privacy", "");
  public static final HeaderName DIVERSION = known("Diversion", "");
  public static final HeaderName HISTORY_INFO = known("History-Info", "");
  public static final HeaderName AUTHENTICATION_INFO = known("Authentication-Info", "");
  public static final HeaderName IDENTITY = known("Identity", "y");

  private final String text;
  private final String compact;
  private final int number;
  private final int hash;

  private HeaderName(String text, String compact, int number) {
    this.text = text;
    this.compact = compact;
    this.number = number;
    this.hash = text.toLowerCase(Locale.ROOT).hashCode();
  }

  private static HeaderName known(String text, String compact) {
    HeaderName name = new HeaderName(text, compact, KNOWN.size());
    KNOWN.add(name);
    enter(text, name);
    if (!compact.isEmpty()) {
      enter(compact, name);
    }
    return name;
  }

  private static void enter(String key, HeaderName name) {
    byte[] bytes = Octets.bytes(key.toLowerCase(Locale.ROOT));
    int slot = slot(bytes, 0, bytes.length);
    while (TABLE_KEYS[slot].length > 0) {
      slot = (slot + 1) & (SLOTS - 1);
    }
    TABLE[slot] = name;
    TABLE_KEYS[slot] = bytes;
  }

  private static int slot(byte[] bytes, int from, int to) {
    int length = to - from;
    int h = Octets.lower(bytes[from]) * 31 + length;
    h = h * 31 + Octets.lower(bytes[to - 1]);
    h = h * 31 + Octets.lower(bytes[from + length / 2]);
    return (h ^ (h >>> 8)) & (SLOTS - 1);
  }

  /**
   * The name, in its long or compact form.
   *
   * @throws IllegalArgumentException if it is no token
   */
  public static HeaderName of(String name) {
    if (!Octets.isToken(name)) {
      throw new IllegalArgumentException("a header name is a token, not \"" + name + "\"");
    }
    byte[] bytes = Octets.bytes(name);
    return of(bytes, 0, bytes.length);
  }

  /** The name in a range that the caller knows to be a token. */
  static HeaderName of(byte[] bytes, int from, int to) {
    int slot = slot(bytes, from, to);
    while (TABLE_KEYS[slot].length > 0) {
      if (Octets.equalsIgnoreCase(bytes, from, to, TABLE_KEYS[slot])) {
        return TABLE[slot];
      }
      slot = (slot + 1) & (SLOTS - 1);
    }
    return new HeaderName(Octets.text(bytes, from, to), "", 0);
  }

  /** Its number among the known names, 1 to 127; 0 for all others. */
  int number() {
    return number;
  }

  /** The known name of a number. */
  static HeaderName numbered(int number) {
    return KNOWN.get(number);
  }

  /** The long form, spelled as its specification does; an unknown name as it was first seen. */
  public String text() {
    return text;
  }

  /** The short form (RFC 3261 section 7.3.3), if it has one. */
  public Optional<String> compact() {
    return compact.isEmpty() ? Optional.empty() : Optional.of(compact);
  }

  @Override
  public boolean equals(Object other) {
    return this == other
        || (other instanceof HeaderName that
            && hash == that.hash
            && text.equalsIgnoreCase(that.text));
  }

  @Override
  public int hashCode() {
    return hash;
  }

  @Override
  public String toString() {
    return text;
  }
}
