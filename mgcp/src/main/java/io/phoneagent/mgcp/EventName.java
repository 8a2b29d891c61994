// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.mgcp;

import java.util.Locale;
import java.util.Optional;

/**
 * The name of an event or a signal (RFC 3435, section 2.1.7), or of several: {@code D/[0-9#]},
 * {@code L/all}. Case does not matter.
 *
 * @param packageName in capital letters; empty where the endpoint's default package is meant
 * @param event in small letters, a range in brackets, or "all"
 * @param connection the connection where it happens, {@code $} for the one that is being created,
 *     {@code *} for all
 */
public record EventName(Optional<String> packageName, String event, Optional<String> connection) {

  public EventName {
    packageName = packageName.map(name -> name.toUpperCase(Locale.ROOT));
    event = event.toLowerCase(Locale.ROOT);
    if (!isEvent(event)) {
      throw new IllegalArgumentException("no event: " + Text.printable(event, 64));
    }
  }

  /**
   * An event of the line itself, not of one of its connections.
   *
   * @throws IllegalArgumentException if it is no name of an event
   */
  public static EventName of(String packageName, String event) {
    return new EventName(Optional.of(packageName), event, Optional.empty());
  }

  static EventName parse(String text) throws Refusal {
    int at = text.lastIndexOf('@');
    String name = at < 0 ? text : text.substring(0, at);
    String connection = at < 0 ? "" : text.substring(at + 1);
    if (at >= 0 && !Text.isHex(connection) && !connection.equals("$") && !connection.equals("*")) {
      throw new Refusal(ReturnCode.PROTOCOL_ERROR, "no connection after @");
    }
    int slash = name.indexOf('/');
    String packageName = slash < 0 ? "" : name.substring(0, slash);
    String rest = name.substring(slash + 1);
    // In package D that is a key.
    String event = rest.equals("*") && slash >= 0 && !isKeys(packageName) ? "all" : rest;
    if ((slash >= 0 && !packageName.equals("*") && !isWord(packageName))
        || !isEvent(event.toLowerCase(Locale.ROOT))) {
      throw new Refusal(ReturnCode.PROTOCOL_ERROR, "no event name: " + Text.printable(text, 32));
    }
    return new EventName(
        slash < 0 ? Optional.empty() : Optional.of(packageName),
        event,
        at < 0 ? Optional.empty() : Optional.of(connection));
  }

  private static boolean isKeys(String packageName) {
    return packageName.equalsIgnoreCase("D");
  }

  private static boolean isWord(String text) {
    if (text.isEmpty() || text.length() > 64) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!Text.isLetterOrDigit(c) && c != '-' && c != '_') {
        return false;
      }
    }
    return true;
  }

  private static boolean isEvent(String text) {
    if (text.equals("*") || text.equals("#") || isWord(text)) {
      return true;
    }
    if (text.length() < 3 || text.length() > 64 || !text.startsWith("[") || !text.endsWith("]")) {
      return false;
    }
    for (int i = 1; i < text.length() - 1; i++) {
      char c = text.charAt(i);
      if (!Text.isLetterOrDigit(c) && "#*-".indexOf(c) < 0) {
        return false;
      }
    }
    return true;
  }

  /** Whether it may stand for more than one event. */
  boolean isRange() {
    return event.startsWith("[")
        || event.equals("all")
        || packageName.filter("*"::equals).isPresent()
        || (event.equals("x") && packageName.filter("D"::equals).isPresent());
  }

  EventName in(String defaultPackage) {
    return packageName.isPresent()
        ? this
        : new EventName(Optional.of(defaultPackage), event, connection);
  }

  EventName on(String connectionId) {
    return new EventName(packageName, event, Optional.of(connectionId));
  }

  /** Whether this name, perhaps a range, covers that one; both have their package. */
  boolean covers(EventName other) {
    String mine = packageName.orElse("");
    boolean place =
        !connection.isPresent()
            ? !other.connection.isPresent()
            : other.connection.isPresent()
                && (connection.get().equals("*")
                    || connection.get().equalsIgnoreCase(other.connection.get()));
    return place
        && (mine.equals("*") || mine.equals(other.packageName.orElse("")))
        && coversEvent(other.event);
  }

  private boolean coversEvent(String other) {
    if (event.equals("all") || event.equals(other)) {
      return true;
    }
    if (other.length() != 1) {
      return false;
    }
    char c = other.charAt(0);
    return (event.equals("x") && Text.isDigit(c)) || (event.startsWith("[") && inBrackets(c));
  }

  private boolean inBrackets(char c) {
    int i = 1;
    while (i < event.length() - 1) {
      char from = event.charAt(i);
      boolean span = i + 2 < event.length() - 1 && event.charAt(i + 1) == '-';
      char to = span ? event.charAt(i + 2) : from;
      if (c >= from && c <= to) {
        return true;
      }
      i += span ? 3 : 1;
    }
    return false;
  }

  @Override
  public String toString() {
    return packageName.map(name -> name + '/').orElse("")
        + (isDtmfLetter() ? event.toUpperCase(Locale.ROOT) : event)
        + connection.map(id -> '@' + id).orElse("");
  }

  private boolean isDtmfLetter() {
    return packageName.filter("D"::equals).isPresent()
        && (event.length() == 1 || event.startsWith("["));
  }
}
