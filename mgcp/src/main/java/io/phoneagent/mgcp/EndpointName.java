// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.mgcp;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The name of an endpoint, or a wildcard for several (RFC 3435, section 2.1.2 and appendix E). Case
 * does not matter.
 *
 * @param local terms separated by "/"; {@code *} stands for all, {@code $} for any
 * @param domain a name or an address in brackets
 */
public record EndpointName(String local, String domain) {
  private static final int MOST_LOCAL = 255;

  public EndpointName {
    if (!isLocal(local) || !isDomain(domain)) {
      throw new IllegalArgumentException("no endpoint name: " + Text.printable(local, 64));
    }
  }

  /** An analogue line (appendix E.1): aaln/1 and so on. */
  public static EndpointName analogLine(int number, String domain) {
    return new EndpointName("aaln/" + number, domain);
  }

  /** Reads {@code LOCAL@DOMAIN}; empty if it is none. */
  public static Optional<EndpointName> parse(String text) {
    int at = text.lastIndexOf('@');
    if (at < 1 || !isLocal(text.substring(0, at)) || !isDomain(text.substring(at + 1))) {
      return Optional.empty();
    }
    return Optional.of(new EndpointName(text.substring(0, at), text.substring(at + 1)));
  }

  private static boolean isLocal(String text) {
    if (text.isEmpty() || text.length() > MOST_LOCAL) {
      return false;
    }
    for (String term : text.split("/", -1)) {
      if (term.isEmpty() || !isTerm(term)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isTerm(String term) {
    if (term.equals("*") || term.equals("$")) {
      return true;
    }
    for (int i = 0; i < term.length(); i++) {
      char c = term.charAt(i);
      if (c <= ' ' || c >= 127 || c == '*' || c == '$' || c == '@') {
        return false;
      }
    }
    return true;
  }

  static boolean isDomain(String text) {
    if (text.isEmpty() || text.length() > 255) {
      return false;
    }
    boolean bracketed = text.startsWith("[");
    if (bracketed != text.endsWith("]") || (bracketed && text.length() < 4)) {
      return false;
    }
    String inner = bracketed ? text.substring(1, text.length() - 1) : text;
    String others = bracketed ? ".:" : ".-#_";
    for (int i = 0; i < inner.length(); i++) {
      if (!Text.isLetterOrDigit(inner.charAt(i)) && others.indexOf(inner.charAt(i)) < 0) {
        return false;
      }
    }
    return true;
  }

  private List<String> terms() {
    return List.of(local.split("/", -1));
  }

  /** Whether it stands for all endpoints of some part. */
  public boolean isAll() {
    return terms().contains("*");
  }

  /** Whether it leaves the choice of an endpoint to who receives it. */
  public boolean isAny() {
    return terms().contains("$");
  }

  /** Whether it names one endpoint and no more. */
  public boolean isSpecific() {
    return !isAll() && !isAny();
  }

  /**
   * Whether this name, perhaps a wildcard, covers that specific one. A wildcard at the end covers
   * whatever follows: {@code *} is every endpoint (section 2.1.2). The domain counts, too.
   */
  public boolean covers(EndpointName specific) {
    return domain.equalsIgnoreCase(specific.domain) && coversLocally(specific);
  }

  /** The same without regard to the domain. */
  public boolean coversLocally(EndpointName specific) {
    List<String> mine = terms();
    List<String> others = specific.terms();
    if (mine.size() > others.size()) {
      return false;
    }
    for (int i = 0; i < mine.size(); i++) {
      String term = mine.get(i);
      boolean wild = term.equals("*") || term.equals("$");
      if (wild && i == mine.size() - 1) {
        return true;
      }
      if (!wild && !term.equalsIgnoreCase(others.get(i))) {
        return false;
      }
    }
    return mine.size() == others.size();
  }

  /** What two names of the same endpoint have in common. */
  String key() {
    return local.toLowerCase(Locale.ROOT);
  }

  @Override
  public String toString() {
    return local + '@' + domain;
  }

  static EndpointName of(String text) throws Refusal {
    return parse(text)
        .orElseThrow(() -> new Refusal(ReturnCode.PROTOCOL_ERROR, "no endpoint name"));
  }

  static List<EndpointName> all(List<String> texts) throws Refusal {
    List<EndpointName> names = new ArrayList<>();
    for (String text : texts) {
      names.add(of(text));
    }
    return names;
  }
}
