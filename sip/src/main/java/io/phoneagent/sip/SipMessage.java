// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * A SIP message: its bytes and where its fields are in them. What every message must have is
 * checked before one exists; strings are made when asked for. Immutable.
 */
public abstract sealed class SipMessage implements SipInput permits SipRequest, SipResponse {
  /** Offsets per field: start of the line, start of the value, end of the value. */
  static final int STRIDE = 3;

  final byte[] bytes;
  private final HeaderName[] names;
  private final int[] at;
  private final int headersEnd;
  private final int bodyStart;
  private final int bodyEnd;
  private final Via via;
  private final NameAddr from;
  private final NameAddr to;
  private final CSeq cseq;

  SipMessage(Parts parts) {
    this.bytes = parts.bytes;
    this.names = parts.names;
    this.at = parts.at;
    this.headersEnd = parts.headersEnd;
    this.bodyStart = parts.bodyStart;
    this.bodyEnd = parts.bodyEnd;
    this.via = parts.via;
    this.from = parts.from;
    this.to = parts.to;
    this.cseq = parts.cseq;
  }

  /** What a reader has found. */
  static final class Parts {
    private final byte[] bytes;
    private final HeaderName[] names;
    private final int[] at;
    private final int headersEnd;
    private final int bodyStart;
    private final int bodyEnd;
    private final Via via;
    private final NameAddr from;
    private final NameAddr to;
    private final CSeq cseq;

    Parts(
        byte[] bytes,
        HeaderName[] names,
        int[] at,
        int headersEnd,
        int bodyStart,
        int bodyEnd,
        Via via,
        NameAddr from,
        NameAddr to,
        CSeq cseq) {
      this.bytes = bytes;
      this.names = names;
      this.at = at;
      this.headersEnd = headersEnd;
      this.bodyStart = bodyStart;
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

  /** The topmost Via. */
  public Via via() {
    return via;
  }

  public NameAddr from() {
    return from;
  }

  public NameAddr to() {
    return to;
  }

  public CSeq cseq() {
    return cseq;
  }

  public String callId() {
    return header(HeaderName.CALL_ID).orElse("");
  }

  /** The From tag, "" from senders of RFC 2543. */
  public String fromTag() {
    return from.tag().orElse("");
  }

  /** The To tag, "" if there is none yet. */
  public String toTag() {
    return to.tag().orElse("");
  }

  int index(HeaderName name, int start) {
    for (int i = start; i < names.length; i++) {
      if (names[i].equals(name)) {
        return i;
      }
    }
    return -1;
  }

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
    List<HeaderField> all = new ArrayList<>(names.length);
    for (int i = 0; i < names.length; i++) {
      all.add(new HeaderField(names[i], value(i)));
    }
    return all;
  }

  private String value(int i) {
    return Octets.unfolded(bytes, at[i * STRIDE + 1], at[i * STRIDE + 2]);
  }

  /** The elements of a comma-separated field such as Require or Allow, of all its lines. */
  public List<String> tokens(HeaderName name) {
    List<String> found = new ArrayList<>();
    for (int i = index(name, 0); i >= 0; i = index(name, i + 1)) {
      int start = at[i * STRIDE + 1];
      int end = at[i * STRIDE + 2];
      while (start <= end) {
        int comma = Octets.find(bytes, start, end, ',', true);
        comma = comma < 0 ? end : comma;
        int first = Octets.skipSpace(bytes, start, comma);
        int last = Octets.trimEnd(bytes, first, comma);
        if (last > first) {
          found.add(Octets.unfolded(bytes, first, last));
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
    return readAddresses(name).orElse(List.of());
  }

  private Optional<List<NameAddr>> readAddresses(HeaderName name) {
    List<NameAddr> found = new ArrayList<>();
    for (int i = index(name, 0); i >= 0; i = index(name, i + 1)) {
      Optional<List<NameAddr>> line =
          NameAddr.parseList(bytes, at[i * STRIDE + 1], at[i * STRIDE + 2]);
      if (!line.isPresent()) {
        return Optional.empty();
      }
      found.addAll(line.get());
    }
    return Optional.of(found);
  }

  public List<NameAddr> contacts() {
    return addresses(HeaderName.CONTACT);
  }

  /** The first Contact. */
  public Optional<NameAddr> contact() {
    List<NameAddr> all = contacts();
    return all.isEmpty() ? Optional.empty() : Optional.of(all.get(0));
  }

  /** Whether Contact is "*": a REGISTER that removes all. */
  public boolean isContactStar() {
    return header(HeaderName.CONTACT).filter("*"::equals).isPresent();
  }

  public List<NameAddr> routes() {
    return addresses(HeaderName.ROUTE);
  }

  public List<NameAddr> recordRoutes() {
    return addresses(HeaderName.RECORD_ROUTE);
  }

  private long number(HeaderName name) {
    int i = index(name, 0);
    return i < 0 ? -1 : Octets.decimal(bytes, at[i * STRIDE + 1], at[i * STRIDE + 2]);
  }

  public OptionalInt maxForwards() {
    long hops = number(HeaderName.MAX_FORWARDS);
    return hops < 0 ? OptionalInt.empty() : OptionalInt.of((int) Math.min(hops, 255));
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

  public int bodyLength() {
    return bodyEnd - bodyStart;
  }

  /** A copy of the body. */
  public byte[] body() {
    return Arrays.copyOfRange(bytes, bodyStart, bodyEnd);
  }

  /** The body if it is a session description. */
  public Optional<byte[]> sdp() {
    return bodyLength() > 0 && contentType().equals("application/sdp")
        ? Optional.of(body())
        : Optional.empty();
  }

  /** The message as it goes on the wire, read-only, each time with a position of its own. */
  public ByteBuffer bytes() {
    return ByteBuffer.wrap(bytes, 0, bodyEnd).slice().asReadOnlyBuffer();
  }

  /** What is wrong in the typed fields that are read only when asked for. */
  public Optional<String> defect() {
    if (!isContactStar() && !readAddresses(HeaderName.CONTACT).isPresent()) {
      return Optional.of("Contact cannot be read");
    }
    if (!readAddresses(HeaderName.ROUTE).isPresent()) {
      return Optional.of("Route cannot be read");
    }
    if (!readAddresses(HeaderName.RECORD_ROUTE).isPresent()) {
      return Optional.of("Record-Route cannot be read");
    }
    for (String one : tokens(HeaderName.VIA)) {
      if (!Via.parse(one).isPresent()) {
        return Optional.of("Via cannot be read");
      }
    }
    return Optional.empty();
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
    for (int i = 0; i < names.length; i++) {
      copyLine(i, out);
    }
    out.rawBody(bytes, bodyStart, bodyEnd);
  }

  private void copyLine(int i, SipWriter<?> out) {
    int end = i + 1 < names.length ? at[(i + 1) * STRIDE] : headersEnd;
    out.line(names[i], bytes, at[i * STRIDE], end);
  }
}
