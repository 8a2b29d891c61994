// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A SIP message: its bytes and where its fields are in them. What every message must have is
 * checked before one exists; strings are made when asked for. Immutable.
 */
public abstract sealed class SipMessage implements SipInput permits SipRequest, SipResponse {
  /** A field is one number: its name's in the high bits, and where its line starts below. */
  static final int OFFSET_BITS = 24;

  static final int MOST_BYTES = (1 << OFFSET_BITS) - 1;

  private static final OptionalInt[] HOPS = new OptionalInt[256];

  static {
    Arrays.setAll(HOPS, OptionalInt::of);
  }

  private final Parts parts;
  // Made when they are asked for first, as they are asked for again and again.
  private @Nullable String callId;
  private @Nullable List<NameAddr> contacts;

  SipMessage(Parts parts) {
    this.parts = parts;
  }

  /** What a reader has found. */
  static final class Parts {
    private final byte[] bytes;
    // One more than there are fields: where the empty line is.
    private final int[] lines;
    private final int bodyEnd;
    private final Via via;
    private final NameAddr from;
    private final NameAddr to;
    private final CSeq cseq;

    Parts(byte[] bytes, int[] lines, int bodyEnd, Via via, NameAddr from, NameAddr to, CSeq cseq) {
      this.bytes = bytes;
      this.lines = lines;
      this.bodyEnd = bodyEnd;
      this.via = via;
      this.from = from;
      this.to = to;
      this.cseq = cseq;
    }

    CSeq cseq() {
      return cseq;
    }
  }

  /** The text between two of the message's octets. */
  String text(int from, int to) {
    return Octets.text(parts.bytes, from, to);
  }

  /** The topmost Via. */
  public Via via() {
    return parts.via;
  }

  /** Who asks, with that end's tag. */
  public NameAddr from() {
    return parts.from;
  }

  /** Who is asked; with a tag as soon as there is a dialog. */
  public NameAddr to() {
    return parts.to;
  }

  /** Its place among the requests of its sender. */
  public CSeq cseq() {
    return parts.cseq;
  }

  /** What all messages of a call, or of a row of registrations, have in common. */
  public String callId() {
    String made = callId;
    if (made == null) {
      made = header(HeaderName.CALL_ID).orElse("");
      callId = made;
    }
    return made;
  }

  /** The From tag, "" from senders of RFC 2543. */
  public String fromTag() {
    return parts.from.tag().orElse("");
  }

  /** The To tag, "" if there is none yet. */
  public String toTag() {
    return parts.to.tag().orElse("");
  }

  private int size() {
    return parts.lines.length - 1;
  }

  private int index(HeaderName name, int start) {
    for (int i = start; i < size(); i++) {
      if (parts.lines[i] >>> OFFSET_BITS == name.number()
          && (name.number() > 0 || hasName(i, name))) {
        return i;
      }
    }
    return -1;
  }

  /** Whether a field, whose name is not one of the known, has this one. */
  private boolean hasName(int i, HeaderName name) {
    int nameFrom = lineFrom(i);
    int nameTo = nameFrom + name.text().length();
    return Octets.equalsIgnoreCase(
            parts.bytes, nameFrom, Math.min(nameTo, parts.bytes.length), name.text())
        && !Octets.isToken(parts.bytes[nameTo]);
  }

  private HeaderName name(int i) {
    int number = parts.lines[i] >>> OFFSET_BITS;
    int nameFrom = lineFrom(i);
    return number > 0
        ? HeaderName.numbered(number)
        : HeaderName.of(
            parts.bytes,
            nameFrom,
            Octets.skip(parts.bytes, nameFrom, parts.bytes.length, Octets.TOKEN));
  }

  private int lineFrom(int i) {
    return parts.lines[i] & MOST_BYTES;
  }

  private int bodyStart() {
    return lineFrom(size()) + 2;
  }

  static int valueFrom(byte[] bytes, int lineFrom, int lineTo) {
    int colon = lineFrom;
    while (bytes[colon] != ':') {
      colon++;
    }
    return Octets.skipSpace(bytes, colon + 1, lineTo);
  }

  private int valueFrom(int i) {
    return valueFrom(parts.bytes, lineFrom(i), lineFrom(i + 1));
  }

  private int valueTo(int i, int valueFrom) {
    return Octets.trimEnd(parts.bytes, valueFrom, lineFrom(i + 1));
  }

  /** Whether there is a field of this name. */
  public boolean has(HeaderName name) {
    return index(name, 0) >= 0;
  }

  /** The value of the first field of this name. */
  public Optional<String> header(HeaderName name) {
    int i = index(name, 0);
    return i < 0 ? Optional.empty() : Optional.of(value(i));
  }

  /** The values of all fields of this name, one for each line. */
  public List<String> headers(HeaderName name) {
    List<String> found = new ArrayList<>();
    for (int i = index(name, 0); i >= 0; i = index(name, i + 1)) {
      found.add(value(i));
    }
    return found;
  }

  /** All fields in the order of the message. */
  public List<HeaderField> fields() {
    List<HeaderField> all = new ArrayList<>(size());
    for (int i = 0; i < size(); i++) {
      all.add(new HeaderField(name(i), value(i)));
    }
    return all;
  }

  private String value(int i) {
    int start = valueFrom(i);
    return Octets.unfolded(parts.bytes, start, valueTo(i, start));
  }

  /** The elements of a comma-separated field such as Require or Allow, of all its lines. */
  public List<String> tokens(HeaderName name) {
    List<String> found = new ArrayList<>();
    for (int i = index(name, 0); i >= 0; i = index(name, i + 1)) {
      int start = valueFrom(i);
      int end = valueTo(i, start);
      while (start <= end) {
        int comma = Octets.find(parts.bytes, start, end, ',', true);
        comma = comma < 0 ? end : comma;
        int first = Octets.skipSpace(parts.bytes, start, comma);
        int last = Octets.trimEnd(parts.bytes, first, comma);
        if (last > first) {
          found.add(Octets.unfolded(parts.bytes, first, last));
        }
        start = comma + 1;
      }
    }
    return found;
  }

  /** All Via values, topmost first; those below the first that cannot be read are left out. */
  public List<Via> vias() {
    List<Via> found = new ArrayList<>();
    for (String one : tokens(HeaderName.VIA)) {
      Via.parse(one).ifPresent(found::add);
    }
    return found;
  }

  /**
   * The addresses of a field such as Contact or Route, of all its lines; empty if there is none or
   * one of them cannot be read ({@link #defect} tells).
   */
  public List<NameAddr> addresses(HeaderName name) {
    int i = index(name, 0);
    if (i < 0) {
      return List.of();
    }
    List<NameAddr> found = new ArrayList<>(2);
    return readAddresses(name, i, found) ? found : List.of();
  }

  private boolean readAddresses(HeaderName name, int first, List<NameAddr> found) {
    for (int i = first; i >= 0; i = index(name, i + 1)) {
      int start = valueFrom(i);
      if (!NameAddr.readList(parts.bytes, start, valueTo(i, start), found)) {
        return false;
      }
    }
    return true;
  }

  private boolean areAddresses(HeaderName name) {
    int i = index(name, 0);
    return i < 0 || readAddresses(name, i, new ArrayList<>(2));
  }

  /** All Contacts; empty also for "*", or if one cannot be read. */
  public List<NameAddr> contacts() {
    List<NameAddr> made = contacts;
    if (made == null) {
      made = Collections.unmodifiableList(addresses(HeaderName.CONTACT));
      contacts = made;
    }
    return made;
  }

  /** The first Contact. */
  public Optional<NameAddr> contact() {
    int i = index(HeaderName.CONTACT, 0);
    if (i < 0) {
      return Optional.empty();
    }
    int start = valueFrom(i);
    int end = valueTo(i, start);
    if (index(HeaderName.CONTACT, i + 1) < 0
        && Octets.find(parts.bytes, start, end, ',', true) == end) {
      return NameAddr.parse(parts.bytes, start, end);
    }
    List<NameAddr> all = contacts();
    return all.isEmpty() ? Optional.empty() : Optional.of(all.get(0));
  }

  /** Whether Contact is "*": a REGISTER that removes all. */
  public boolean isContactStar() {
    int i = index(HeaderName.CONTACT, 0);
    if (i < 0) {
      return false;
    }
    int start = valueFrom(i);
    return Octets.equals(parts.bytes, start, valueTo(i, start), "*");
  }

  /** The proxies that a request is still to pass, the next one first. */
  public List<NameAddr> routes() {
    return addresses(HeaderName.ROUTE);
  }

  /** The proxies that want to see later requests of the dialog, as written. */
  public List<NameAddr> recordRoutes() {
    return addresses(HeaderName.RECORD_ROUTE);
  }

  private long number(HeaderName name) {
    int i = index(name, 0);
    if (i < 0) {
      return -1;
    }
    int start = valueFrom(i);
    return Octets.decimal(parts.bytes, start, valueTo(i, start));
  }

  /** How many hops are left, at most 255; empty if it does not say. */
  public OptionalInt maxForwards() {
    long hops = number(HeaderName.MAX_FORWARDS);
    return hops < 0 ? OptionalInt.empty() : HOPS[(int) Math.min(hops, 255)];
  }

  /**
   * Seconds; empty also if what is written is no number (RFC 3261 section 20.19 has a default
   * then).
   */
  public OptionalLong expires() {
    long seconds = number(HeaderName.EXPIRES);
    return seconds < 0 ? OptionalLong.empty() : OptionalLong.of(seconds);
  }

  /** The number of a reliable provisional response (RFC 3262). */
  public OptionalLong rseq() {
    long number = number(HeaderName.RSEQ);
    return number < 1 ? OptionalLong.empty() : OptionalLong.of(number);
  }

  /** The media type in lower case, without parameters; "" if there is none. */
  public String contentType() {
    String value = header(HeaderName.CONTENT_TYPE).orElse("");
    int semicolon = value.indexOf(';');
    return (semicolon < 0 ? value : value.substring(0, semicolon)).trim().toLowerCase(Locale.ROOT);
  }

  /** How many octets the body has. */
  public int bodyLength() {
    return parts.bodyEnd - bodyStart();
  }

  /** A copy of the body. */
  public byte[] body() {
    return Arrays.copyOfRange(parts.bytes, bodyStart(), parts.bodyEnd);
  }

  /** The body if it is a session description. */
  public Optional<byte[]> sdp() {
    return bodyLength() > 0 && contentType().equals("application/sdp")
        ? Optional.of(body())
        : Optional.empty();
  }

  /** How many octets it has on the wire. */
  int length() {
    return parts.bodyEnd;
  }

  /** The message as it goes on the wire, read-only, each time with a position of its own. */
  public ByteBuffer bytes() {
    return ByteBuffer.wrap(parts.bytes, 0, parts.bodyEnd).slice().asReadOnlyBuffer();
  }

  /** What is wrong in the typed fields that are read only when asked for. */
  public Optional<String> defect() {
    if (has(HeaderName.CONTACT) && contacts().isEmpty() && !isContactStar()) {
      return Optional.of("Contact cannot be read");
    }
    if (!areAddresses(HeaderName.ROUTE)) {
      return Optional.of("Route cannot be read");
    }
    if (!areAddresses(HeaderName.RECORD_ROUTE)) {
      return Optional.of("Record-Route cannot be read");
    }
    return areVias() ? Optional.empty() : Optional.of("Via cannot be read");
  }

  private boolean areVias() {
    if (isOnly(parts.via)) {
      return true;
    }
    for (int i = index(HeaderName.VIA, 0); i >= 0; i = index(HeaderName.VIA, i + 1)) {
      int start = valueFrom(i);
      int end = valueTo(i, start);
      while (start <= end) {
        int comma = Octets.find(parts.bytes, start, end, ',', true);
        comma = comma < 0 ? end : comma;
        int first = Octets.skipSpace(parts.bytes, start, comma);
        int last = Octets.trimEnd(parts.bytes, first, comma);
        if (last > first && Via.read(parts.bytes, first, last) == null) {
          return false;
        }
        start = comma + 1;
      }
    }
    return true;
  }

  /** Whether there is one Via, which was read when this message was. */
  private boolean isOnly(Via via) {
    int i = index(HeaderName.VIA, 0);
    return index(HeaderName.VIA, i + 1) < 0 && via.isUpTo(valueTo(i, valueFrom(i)));
  }

  /** Puts the field's lines, as they came, into a writer. */
  void copyLines(HeaderName name, SipWriter<?> out) {
    for (int i = index(name, 0); i >= 0; i = index(name, i + 1)) {
      copyLine(i, out);
    }
  }

  /** Puts the field's first line, as it came, into a writer: for what a message has once. */
  void copyFirst(HeaderName name, SipWriter<?> out) {
    int i = index(name, 0);
    if (i >= 0) {
      copyLine(i, out);
    }
  }

  void copyAll(SipWriter<?> out) {
    for (int i = 0; i < size(); i++) {
      copyLine(i, out);
    }
    out.rawBody(parts.bytes, bodyStart(), parts.bodyEnd);
  }

  private void copyLine(int i, SipWriter<?> out) {
    out.line(name(i), parts.bytes, lineFrom(i), lineFrom(i + 1));
  }
}
