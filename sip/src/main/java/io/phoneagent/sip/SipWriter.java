// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Writes a message field by field. Lines that come from another message are copied byte for byte. A
 * message is read back before it is handed out, so what is sent is what this codec accepts, but for
 * its size: the answer to the longest request that is read is longer still, and has to go out.
 *
 * @param <W> the builder itself
 */
public abstract sealed class SipWriter<W extends SipWriter<W>>
    permits SipRequest.Builder, SipResponse.Builder {
  private static final byte[] CRLF = {'\r', '\n'};
  private static final byte[] NONE = new byte[0];

  private final List<Line> lines = new ArrayList<>(16);
  private byte[] body = NONE;
  private int bodyFrom;
  private int bodyTo;

  /** A field with its line end, somewhere in an array. */
  private static final class Line {
    final HeaderName name;
    final byte[] bytes;
    final int from;
    final int to;

    Line(HeaderName name, byte[] bytes, int from, int to) {
      this.name = name;
      this.bytes = bytes;
      this.from = from;
      this.to = to;
    }
  }

  SipWriter() {}

  abstract W self();

  abstract String startLine();

  /** A part of a start line. */
  static String unbroken(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\r' || c == '\n' || c == 0) {
        throw new IllegalArgumentException("a start line has no line ends within");
      }
    }
    return text;
  }

  private static Line made(HeaderName name, String value) {
    byte[] text = Octets.bytes(name.text() + ": " + new HeaderField(name, value).value() + "\r\n");
    return new Line(name, text, 0, text.length);
  }

  /**
   * Adds a field below the others.
   *
   * @throws IllegalArgumentException if the value would break the line
   */
  public W add(HeaderName name, String value) {
    lines.add(made(name, value));
    return self();
  }

  /** Adds fields below the others. */
  public W add(List<HeaderField> fields) {
    for (HeaderField field : fields) {
      add(field.name(), field.value());
    }
    return self();
  }

  /** Adds a field above the others. */
  public W addFirst(HeaderName name, String value) {
    lines.add(0, made(name, value));
    return self();
  }

  /** Puts this one field in the place of all fields of its name. */
  public W set(HeaderName name, String value) {
    int place = indexOf(name);
    remove(name);
    lines.add(place < 0 ? lines.size() : place, made(name, value));
    return self();
  }

  /** Takes all fields of this name away. */
  public W remove(HeaderName name) {
    lines.removeIf(line -> line.name.equals(name));
    return self();
  }

  /** Whether there is a field of this name. */
  public boolean has(HeaderName name) {
    return indexOf(name) >= 0;
  }

  private int indexOf(HeaderName name) {
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).name.equals(name)) {
        return i;
      }
    }
    return -1;
  }

  /** Sets the body and its type; Content-Length follows from it. */
  public W body(String contentType, byte[] content) {
    remove(HeaderName.CONTENT_LENGTH);
    set(HeaderName.CONTENT_TYPE, contentType);
    rawBody(content.clone(), 0, content.length);
    return self();
  }

  /** Gives To a tag, if it has none. */
  public W toTag(String tag) {
    int place = indexOf(HeaderName.TO);
    if (place >= 0) {
      Line line = lines.get(place);
      int from = SipMessage.valueFrom(line.bytes, line.from, line.to);
      int to = Octets.trimEnd(line.bytes, from, line.to);
      NameAddr address = NameAddr.read(line.bytes, from, to);
      if (address != null && address.isBracketed() && !address.hasTag()) {
        lines.set(place, extended(line, to, tag.isEmpty() ? ";tag" : ";tag=" + tag));
      } else if (address != null && !address.hasTag()) {
        set(HeaderName.TO, address.with("tag", tag).toString());
      }
    }
    return self();
  }

  /** A line up to an offset, and what is to follow there. */
  private static Line extended(Line line, int upTo, String more) {
    byte[] behind = Octets.bytes(new HeaderField(line.name, more).value());
    byte[] made = Arrays.copyOfRange(line.bytes, line.from, upTo + behind.length + CRLF.length);
    int end = put(behind, 0, behind.length, made, upTo - line.from);
    return new Line(line.name, made, 0, put(CRLF, 0, CRLF.length, made, end));
  }

  /** Puts another value in the place of the topmost Via. */
  W topVia(String via) {
    int place = indexOf(HeaderName.VIA);
    if (place < 0) {
      return addFirst(HeaderName.VIA, via);
    }
    Line line = lines.get(place);
    int from = SipMessage.valueFrom(line.bytes, line.from, line.to);
    int to = Octets.trimEnd(line.bytes, from, line.to);
    int comma = Octets.find(line.bytes, from, to, ',', false);
    String rest = comma < 0 ? "" : Octets.unfolded(line.bytes, comma, to);
    lines.set(place, made(HeaderName.VIA, via + rest));
    return self();
  }

  void line(HeaderName name, byte[] bytes, int from, int to) {
    lines.add(new Line(name, bytes, from, to));
  }

  void rawBody(byte[] bytes, int from, int to) {
    body = bytes;
    bodyFrom = from;
    bodyTo = to;
  }

  /** Writes the bytes and reads them back. */
  SipInput read() {
    SipInput made = new SipReader(SipLimits.none(), lines.size() + 1).readOwned(write());
    if (made instanceof Malformed malformed) {
      throw new InvalidMessageException(malformed.reason());
    }
    return made;
  }

  /**
   * The message as it goes on the wire, for who sends it once and keeps nothing of it: it is not
   * read back, as it is made of the lines of a message that was read, and of single values.
   */
  ByteBuffer octets() {
    return ByteBuffer.wrap(write());
  }

  private byte[] write() {
    if (!has(HeaderName.CONTENT_LENGTH)) {
      add(HeaderName.CONTENT_LENGTH, Integer.toString(bodyTo - bodyFrom));
    }
    byte[] start = Octets.bytes(startLine());
    int size = start.length + 4 + bodyTo - bodyFrom;
    for (Line line : lines) {
      size += line.to - line.from;
    }
    byte[] out = new byte[size];
    int at = put(start, 0, start.length, out, 0);
    at = put(CRLF, 0, 2, out, at);
    for (Line line : lines) {
      at = put(line.bytes, line.from, line.to, out, at);
    }
    at = put(CRLF, 0, 2, out, at);
    put(body, bodyFrom, bodyTo, out, at);
    return out;
  }

  private static int put(byte[] source, int from, int to, byte[] out, int at) {
    System.arraycopy(source, from, out, at, to - from);
    return at + to - from;
  }
}
