// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** One hop of a message's way back (RFC 3261 section 20.42; rport: RFC 3581). */
public final class Via {
  /** What the branch of every transaction starts with that RFC 3261 governs. */
  public static final String MAGIC_COOKIE = "z9hG4bK";

  private final byte[] bytes;
  private final int from;
  private final int to;
  private final int transportFrom;
  private final int transportTo;
  private final int hostFrom;
  private final int hostTo;
  private final int port;
  // Made when it is asked for first, as it is asked for again and again.
  private @Nullable String branch;

  private Via(
      byte[] bytes,
      int from,
      int to,
      int transportFrom,
      int transportTo,
      int hostFrom,
      int hostTo,
      int port) {
    this.bytes = bytes;
    this.from = from;
    this.to = to;
    this.transportFrom = transportFrom;
    this.transportTo = transportTo;
    this.hostFrom = hostFrom;
    this.hostTo = hostTo;
    this.port = port;
  }

  /** A hop that asks for rport. The host may be an IPv6 address with or without brackets. */
  public static Via of(String transport, String host, int port, String branch) {
    String text =
        "SIP/2.0/"
            + transport
            + ' '
            + bracketed(host)
            + ':'
            + port
            + ";branch="
            + branch
            + ";rport";
    return parse(text).orElseThrow(() -> new IllegalArgumentException("no Via: " + text));
  }

  /** Reads one value of the field; empty if it is none. */
  public static Optional<Via> parse(String text) {
    byte[] bytes = Octets.bytes(text);
    int from = Octets.skipSpace(bytes, 0, bytes.length);
    return Optional.ofNullable(read(bytes, from, Octets.trimEnd(bytes, from, bytes.length)));
  }

  /** The hop that fills the range, or null. */
  static @Nullable Via read(byte[] bytes, int from, int to) {
    int i = expect(bytes, from, to, "SIP");
    i = i < 0 ? i : expect(bytes, i, to, "/");
    i = i < 0 ? i : expect(bytes, i, to, "2.0");
    i = i < 0 ? i : expect(bytes, i, to, "/");
    if (i < 0) {
      return null;
    }
    int transportFrom = i;
    int transportTo = Octets.skip(bytes, i, to, Octets.TOKEN);
    int hostFrom = Octets.skipSpace(bytes, transportTo, to);
    if (transportTo == transportFrom || hostFrom == transportTo) {
      return null;
    }
    int hostTo = hostFrom;
    if (hostTo < to && bytes[hostTo] == '[') {
      while (hostTo < to && bytes[hostTo] != ']') {
        hostTo++;
      }
      hostTo = Math.min(to, hostTo + 1);
    } else {
      while (hostTo < to
          && bytes[hostTo] != ':'
          && bytes[hostTo] != ';'
          && !Octets.isSpace(bytes[hostTo])) {
        hostTo++;
      }
    }
    if (!Octets.isHost(bytes, hostFrom, hostTo)) {
      return null;
    }
    i = Octets.skipSpace(bytes, hostTo, to);
    int port = 0;
    if (i < to && bytes[i] == ':') {
      int portFrom = Octets.skipSpace(bytes, i + 1, to);
      i = portFrom;
      while (i < to && bytes[i] >= '0' && bytes[i] <= '9') {
        i++;
      }
      long number = Octets.decimal(bytes, portFrom, i);
      if (number < 1 || number > 65_535) {
        return null;
      }
      port = (int) number;
    }
    return Parameters.areValid(bytes, i, to)
        ? new Via(bytes, from, to, transportFrom, transportTo, hostFrom, hostTo, port)
        : null;
  }

  private static int expect(byte[] bytes, int from, int to, String text) {
    int i = from;
    if (i + text.length() > to || !Octets.equalsIgnoreCase(bytes, i, i + text.length(), text)) {
      return -1;
    }
    i += text.length();
    return Octets.skipSpace(bytes, i, to);
  }

  static String bracketed(String host) {
    return host.indexOf(':') >= 0 && host.charAt(0) != '[' ? '[' + host + ']' : host;
  }

  /** UDP, TCP, TLS and so on, in capitals. */
  public String transport() {
    return Octets.text(bytes, transportFrom, transportTo).toUpperCase(Locale.ROOT);
  }

  /** The sent-by host, IPv6 addresses in brackets. */
  public String host() {
    return Octets.text(bytes, hostFrom, hostTo);
  }

  /** The sent-by port, if it is written. */
  public OptionalInt port() {
    return port == 0 ? OptionalInt.empty() : OptionalInt.of(port);
  }

  /** The branch, "" if there is none (RFC 2543). */
  public String branch() {
    String made = branch;
    if (made == null) {
      made = parameter("branch").orElse("");
      branch = made;
    }
    return made;
  }

  /** The address that the next hop saw it come from, where it told (RFC 3261 section 18.2.1). */
  public Optional<String> received() {
    return parameter("received");
  }

  /** The rport parameter: present and "" in a request that asks for it. */
  public Optional<String> rport() {
    return parameter("rport");
  }

  /** The value of a parameter, "" if it has none. */
  public Optional<String> parameter(String name) {
    return Parameters.find(bytes, paramsFrom(), to, name);
  }

  /**
   * This hop as a server records it on arrival: {@code received} and, if asked for, {@code rport}
   * tell the source (RFC 3261 section 18.2.1, RFC 3581 section 4).
   */
  public Via stamped(String sourceHost, int sourcePort) {
    String text = stampedText(sourceHost, sourcePort);
    return text.equals(toString()) ? this : parse(text).orElse(this);
  }

  /** The same, as it is written. */
  String stampedText(String sourceHost, int sourcePort) {
    boolean asked = Parameters.read(bytes, paramsFrom(), to, "rport") != null;
    if (!asked && host().equalsIgnoreCase(bracketed(sourceHost))) {
      return toString();
    }
    StringBuilder out = new StringBuilder(to - from + 48);
    out.append(Octets.unfolded(bytes, from, hostTo));
    if (port != 0) {
      out.append(':').append(port);
    }
    Parameters.appendAllBut(bytes, paramsFrom(), to, out, "rport", "received");
    if (asked) {
      out.append(";rport=").append(sourcePort);
    }
    return out.append(";received=").append(sourceHost).toString();
  }

  /** The same hop, by another transport. */
  Via over(String transport) {
    String text = "SIP/2.0/" + transport + ' ' + Octets.unfolded(bytes, hostFrom, to);
    return parse(text).orElseThrow(() -> new IllegalArgumentException("no Via: " + text));
  }

  /** Whether nothing follows it in a field's value that ends there. */
  boolean isUpTo(int valueTo) {
    return to == valueTo;
  }

  private int paramsFrom() {
    int i = hostTo;
    while (i < to && bytes[i] != ';') {
      i++;
    }
    return i;
  }

  /** The value as text, folds undone. */
  @Override
  public String toString() {
    return Octets.unfolded(bytes, from, to);
  }

  @Override
  public boolean equals(Object other) {
    return this == other || (other instanceof Via that && toString().equals(that.toString()));
  }

  @Override
  public int hashCode() {
    return toString().hashCode();
  }
}
