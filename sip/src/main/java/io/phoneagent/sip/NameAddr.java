// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A display name, a URI and parameters: the value of From, To, Contact, Route and the like. */
public final class NameAddr {
  private final byte[] bytes;
  private final int from;
  private final int to;
  private final int nameTo;
  private final int uriFrom;
  private final int uriTo;
  private final int paramsFrom;
  // Made when it is asked for first, as it is asked for again and again.
  private @Nullable Uri uri;

  private NameAddr(
      byte[] bytes, int from, int to, int nameTo, int uriFrom, int uriTo, int paramsFrom) {
    this.bytes = bytes;
    this.from = from;
    this.to = to;
    this.nameTo = nameTo;
    this.uriFrom = uriFrom;
    this.uriTo = uriTo;
    this.paramsFrom = paramsFrom;
  }

  /** A URI in brackets, without a name. */
  public static NameAddr of(Uri uri) {
    String text = '<' + uri.text() + '>';
    return parse(text).orElseThrow(() -> new IllegalArgumentException("no address: " + text));
  }

  /**
   * A URI in brackets behind a name, which is quoted.
   *
   * @throws IllegalArgumentException if the name has a line end
   */
  public static NameAddr of(String displayName, Uri uri) {
    String text = Octets.quoted(displayName) + " <" + uri.text() + '>';
    return parse(text).orElseThrow(() -> new IllegalArgumentException("no address: " + text));
  }

  /** Reads a field's value, with brackets or without; empty if it is none, or a list. */
  public static Optional<NameAddr> parse(String text) {
    byte[] bytes = Octets.bytes(text);
    int from = Octets.skipSpace(bytes, 0, bytes.length);
    return parse(bytes, from, Octets.trimEnd(bytes, from, bytes.length));
  }

  static Optional<NameAddr> parse(byte[] bytes, int from, int to) {
    return Optional.ofNullable(read(bytes, from, to));
  }

  /** The address that fills the range, or null. */
  static @Nullable NameAddr read(byte[] bytes, int from, int to) {
    int open = Octets.find(bytes, from, to, '<', false);
    if (open < 0) {
      return null;
    }
    if (open == to) {
      // A bare URI: what follows a semicolon belongs to the field, not to the URI (section 20).
      int semicolon = from;
      while (semicolon < to && bytes[semicolon] != ';') {
        semicolon++;
      }
      int uriTo = Octets.trimEnd(bytes, from, semicolon);
      return uriEnd(bytes, from, uriTo) == uriTo && Parameters.areValid(bytes, semicolon, to)
          ? new NameAddr(bytes, from, to, from, from, uriTo, semicolon)
          : null;
    }
    int nameTo = Octets.trimEnd(bytes, from, open);
    int close = uriEnd(bytes, open + 1, to);
    if (close < 0
        || close == to
        || bytes[close] != '>'
        || !isDisplayName(bytes, from, nameTo)
        || !Parameters.areValid(bytes, close + 1, to)) {
      return null;
    }
    return new NameAddr(bytes, from, to, nameTo, open + 1, close, close + 1);
  }

  /** Adds all values of a comma-separated list to those found; false if one of them is none. */
  static boolean readList(byte[] bytes, int from, int to, List<NameAddr> found) {
    int i = from;
    while (true) {
      int comma = Octets.find(bytes, i, to, ',', true);
      if (comma < 0) {
        return false;
      }
      int start = Octets.skipSpace(bytes, i, comma);
      NameAddr one = read(bytes, start, Octets.trimEnd(bytes, start, comma));
      if (one == null) {
        return false;
      }
      found.add(one);
      if (comma == to) {
        return true;
      }
      i = comma + 1;
    }
  }

  private static boolean isDisplayName(byte[] bytes, int from, int to) {
    if (from == to) {
      return true;
    }
    if (bytes[from] == '"') {
      // find() stopped at a bracket outside quotes, so the first quotation is closed; it must be
      // all.
      for (int i = from + 1; i < to; i++) {
        if (bytes[i] == '\\') {
          i++;
        } else if (bytes[i] == '"') {
          return i == to - 1;
        }
      }
      return false;
    }
    for (int i = from; i < to; i++) {
      int b = bytes[i];
      // UTF-8 outside quotes breaks the grammar and is common; separators are refused.
      if (b == '"' || b == ',' || b == ';' || b == '>' || b == '@' || b == ':') {
        return false;
      }
    }
    return true;
  }

  /** Where the URI that begins there ends, or -1 if none does. */
  private static int uriEnd(byte[] bytes, int from, int to) {
    int colon = Octets.skip(bytes, from, to, Octets.TOKEN);
    if (colon == from || colon == to || bytes[colon] != ':') {
      return -1;
    }
    int end = Octets.skip(bytes, colon, to, Octets.URI);
    return end > colon + 1 ? end : -1;
  }

  /** The display name without quotes, "" if there is none. */
  public String displayName() {
    return Octets.unquoted(Octets.unfolded(bytes, from, nameTo));
  }

  /** The URI, without the parameters of the field. */
  public Uri uri() {
    Uri made = uri;
    if (made == null) {
      made = UriReader.read(bytes, uriFrom, uriTo);
      uri = made;
    }
    return made;
  }

  boolean isBracketed() {
    return uriFrom > from && bytes[uriFrom - 1] == '<';
  }

  boolean hasTag() {
    return Parameters.read(bytes, paramsFrom, to, "tag") != null;
  }

  /** The tag of a From or To (RFC 3261 section 19.3). */
  public Optional<String> tag() {
    return parameter("tag");
  }

  /** The value of a parameter of the field, "" if it has none. */
  public Optional<String> parameter(String name) {
    return Parameters.find(bytes, paramsFrom, to, name).map(Octets::unquoted);
  }

  /** All parameters in order, names in lower case, values as written. */
  public Map<String, String> parameters() {
    return Parameters.all(bytes, paramsFrom, to);
  }

  /** This address with one more parameter; the name must not be there yet. */
  public NameAddr with(String name, String value) {
    String text = toString();
    if (!isBracketed()) {
      text = '<' + Octets.text(bytes, uriFrom, uriTo) + '>' + Octets.text(bytes, paramsFrom, to);
    }
    String made = text + ';' + name + (value.isEmpty() ? "" : '=' + value);
    return parse(made).orElseThrow(() -> new IllegalArgumentException("no parameter: " + name));
  }

  /** This address without any parameters of the field. */
  public NameAddr withoutParameters() {
    String name = Octets.unfolded(bytes, from, nameTo);
    String made =
        (name.isEmpty() ? "" : name + ' ') + '<' + Octets.text(bytes, uriFrom, uriTo) + '>';
    return parse(made).orElse(this);
  }

  /** The value as text, folds undone. */
  @Override
  public String toString() {
    return Octets.unfolded(bytes, from, to);
  }

  @Override
  public boolean equals(Object other) {
    return this == other || (other instanceof NameAddr that && toString().equals(that.toString()));
  }

  @Override
  public int hashCode() {
    return toString().hashCode();
  }
}
