// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Reads the XML that UPnP devices send: elements and their text. There is no document type
 * declaration, so there are no entities but XML's own five; and nothing is ever fetched. Attributes
 * and name spaces are read over.
 */
final class XmlReader {
  /** Characters of the longest document. */
  static final int MOST_CHARACTERS = 128 * 1024;

  // Descriptions have about ten levels (root, then device and deviceList three times, service).
  private static final int DEEPEST = 32;
  private static final int MOST_ELEMENTS = 4_000;
  private static final int LONGEST_REFERENCE = 10;

  private final String in;
  private final Deque<Open> open = new ArrayDeque<>();
  private Optional<XmlElement> root = Optional.empty();
  private int elements;
  private int at;

  /** An element that has not ended yet. */
  private static final class Open {
    private final String name;
    private final StringBuilder text = new StringBuilder();
    private final List<XmlElement> children = new ArrayList<>();

    Open(String name) {
      this.name = name;
    }

    XmlElement end() {
      String local = name.substring(name.indexOf(':') + 1);
      return new XmlElement(local, text.toString().trim(), children);
    }
  }

  private XmlReader(String in) {
    this.in = in;
  }

  /**
   * Reads a document.
   *
   * @return its root element
   * @throws UnusableException if it is none, or has more than is allowed
   */
  static XmlElement read(String document) throws UnusableException {
    if (document.length() > MOST_CHARACTERS) {
      throw new UnusableException("its XML is longer than " + MOST_CHARACTERS + " characters");
    }
    return new XmlReader(document.startsWith("\uFEFF") ? document.substring(1) : document).read();
  }

  private XmlElement read() throws UnusableException {
    while (at < in.length()) {
      if (in.charAt(at) == '<') {
        markup();
      } else {
        text();
      }
    }
    if (!open.isEmpty()) {
      throw new UnusableException("its XML ends within the element " + shown(open.element().name));
    }
    return root.orElseThrow(() -> new UnusableException("it is no XML"));
  }

  private void markup() throws UnusableException {
    if (in.startsWith("<!--", at)) {
      skipPast("-->", 4);
    } else if (in.startsWith("<?", at)) {
      skipPast("?>", 2);
    } else if (in.startsWith("<![CDATA[", at)) {
      characterData();
    } else if (in.startsWith("<!", at)) {
      throw new UnusableException("its XML has a document type declaration, which is not read");
    } else if (in.startsWith("</", at)) {
      at += 2;
      endTag();
    } else {
      at++;
      startTag();
    }
  }

  private void skipPast(String end, int from) throws UnusableException {
    int found = in.indexOf(end, at + from);
    if (found < 0) {
      throw broken();
    }
    at = found + end.length();
  }

  private void characterData() throws UnusableException {
    int from = at + 9;
    skipPast("]]>", 9);
    if (open.isEmpty()) {
      throw broken();
    }
    for (int i = from; i < at - 3; i++) {
      open.element().text.append(allowed(in.charAt(i)));
    }
  }

  private void text() throws UnusableException {
    char c = in.charAt(at);
    if (open.isEmpty()) {
      if (!isSpace(c)) {
        throw root.isPresent() ? broken() : new UnusableException("it is no XML");
      }
      at++;
    } else if (c == '&') {
      open.element().text.appendCodePoint(reference());
    } else {
      open.element().text.append(allowed(c));
      at++;
    }
  }

  private int reference() throws UnusableException {
    int end = in.indexOf(';', at);
    if (end < 0 || end - at > LONGEST_REFERENCE) {
      throw broken();
    }
    String name = in.substring(at + 1, end);
    at = end + 1;
    return switch (name) {
      case "lt" -> '<';
      case "gt" -> '>';
      case "amp" -> '&';
      case "quot" -> '"';
      case "apos" -> '\'';
      default -> codePoint(name);
    };
  }

  private int codePoint(String reference) throws UnusableException {
    boolean hexadecimal = reference.startsWith("#x");
    String digits = reference.substring(hexadecimal ? 2 : Math.min(1, reference.length()));
    boolean number =
        reference.startsWith("#")
            && digits.matches(hexadecimal ? "[0-9A-Fa-f]{1,6}" : "[0-9]{1,7}");
    if (!number) {
      throw new UnusableException(
          "its XML refers to an entity that XML does not have itself, " + shown(reference));
    }
    int point = Integer.parseInt(digits, hexadecimal ? 16 : 10);
    boolean surrogate = point >= 0xd800 && point <= 0xdfff;
    if (!Character.isValidCodePoint(point) || surrogate) {
      throw broken();
    }
    return point < 0x20 ? allowed((char) point) : point;
  }

  private void startTag() throws UnusableException {
    String name = name();
    if (open.isEmpty() && root.isPresent()) {
      throw broken();
    }
    if (open.size() == DEEPEST) {
      throw new UnusableException("its XML is more than " + DEEPEST + " elements deep");
    }
    if (++elements > MOST_ELEMENTS) {
      throw new UnusableException("its XML has more than " + MOST_ELEMENTS + " elements");
    }
    open.push(new Open(name));
    attributes();
    boolean ended = at < in.length() && in.charAt(at) == '/';
    at += ended ? 1 : 0;
    expect('>');
    if (ended) {
      close();
    }
  }

  private void attributes() throws UnusableException {
    boolean spaced = skipSpaces();
    while (at < in.length() && in.charAt(at) != '>' && in.charAt(at) != '/') {
      if (!spaced) {
        throw broken();
      }
      name();
      skipSpaces();
      expect('=');
      skipSpaces();
      value();
      spaced = skipSpaces();
    }
  }

  private void value() throws UnusableException {
    char quote = at < in.length() ? in.charAt(at) : ' ';
    int end = quote == '"' || quote == '\'' ? in.indexOf(quote, at + 1) : -1;
    if (end < 0 || in.substring(at, end).indexOf('<') >= 0) {
      throw broken();
    }
    at = end + 1;
  }

  private void endTag() throws UnusableException {
    String name = name();
    skipSpaces();
    expect('>');
    if (open.isEmpty() || !open.element().name.equals(name)) {
      throw broken();
    }
    close();
  }

  private void close() {
    XmlElement ended = open.pop().end();
    if (open.isEmpty()) {
      root = Optional.of(ended);
    } else {
      open.element().children.add(ended);
    }
  }

  private String name() throws UnusableException {
    int from = at;
    while (at < in.length() && isOfName(in.charAt(at), at == from)) {
      at++;
    }
    if (at == from) {
      throw broken();
    }
    return in.substring(from, at);
  }

  private static boolean isOfName(char c, boolean first) {
    return Character.isLetter(c)
        || "_:".indexOf(c) >= 0
        || (!first && "0123456789-.".indexOf(c) >= 0);
  }

  private void expect(char c) throws UnusableException {
    if (at >= in.length() || in.charAt(at) != c) {
      throw broken();
    }
    at++;
  }

  private boolean skipSpaces() {
    int from = at;
    while (at < in.length() && isSpace(in.charAt(at))) {
      at++;
    }
    return at > from;
  }

  private static boolean isSpace(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
  }

  private char allowed(char c) throws UnusableException {
    if (c < 0x20 && !isSpace(c)) {
      throw broken();
    }
    return c;
  }

  private UnusableException broken() {
    return new UnusableException("its XML is broken at character " + Math.min(at, in.length()));
  }

  private static String shown(String name) {
    return GatewayUri.shown(name);
  }
}
