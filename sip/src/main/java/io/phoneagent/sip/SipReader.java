// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads messages (RFC 3261 section 7 and 25). One pass finds all fields; the bytes are copied once.
 *
 * <p>Line ends must be CR LF; empty lines before a message are passed over; bytes behind the body
 * that Content-Length tells are dropped (section 18.3). One reader belongs to one thread.
 */
public final class SipReader {
  // What a desk phone sends has a dozen fields; longer messages make the scratch grow.
  private static final int USUAL_LINES = 24;

  private final SipLimits limits;
  // Scratch for the message at hand: its fields, as a SipMessage has them.
  private int[] lines;
  private int count;
  // By HeaderName.place(): which field is the first of those that are looked at here, less one.
  private final int[] first = new int[8];
  private byte[] bytes = new byte[0];
  private int end;
  // Of the last Request-URI: most have the same.
  private String host = "";
  private String problem = "";
  private int problemStatus;

  /** A reader that refuses what is larger. */
  public SipReader(SipLimits limits) {
    this(limits, USUAL_LINES);
  }

  /** A reader that has room for so many fields at first. */
  SipReader(SipLimits limits, int lines) {
    this.limits = limits;
    this.lines = new int[lines + 1];
  }

  /** Reads one message, which takes all that remains in the buffer. */
  public SipInput read(ByteBuffer datagram) {
    if (datagram.remaining() > limits.messageBytes()) {
      return tooLong();
    }
    byte[] copy = new byte[datagram.remaining()];
    datagram.get(copy);
    return readOwned(copy);
  }

  /** Reads one message, which takes all of the array. */
  public SipInput read(byte[] datagram) {
    return datagram.length > limits.messageBytes() ? tooLong() : readOwned(datagram.clone());
  }

  private SipInput tooLong() {
    return Malformed.silent("longer than " + limits.messageBytes() + " bytes");
  }

  /** Reads an array that nobody else will change. */
  SipInput readOwned(byte[] message) {
    if (message.length > SipMessage.MOST_BYTES) {
      return Malformed.silent("longer than any message may be");
    }
    bytes = message;
    end = message.length;
    count = 0;
    problem = "";
    problemStatus = 0;
    Arrays.fill(first, 0);
    return message();
  }

  private void room() {
    if (count + 1 == lines.length) {
      lines = Arrays.copyOf(lines, lines.length * 2);
    }
  }

  private void problem(int status, String reason) {
    if (problem.isEmpty()) {
      problem = reason;
      problemStatus = status;
    }
  }

  private SipInput message() {
    int start = 0;
    while (start < end && (bytes[start] == '\r' || bytes[start] == '\n')) {
      start++;
    }
    if (start == end) {
      return Malformed.silent("no message");
    }
    int lineEnd = lineEnd(start, false);
    if (lineEnd < 0) {
      return Malformed.silent("the start line does not end");
    }
    if (!headers(lineEnd + 2)) {
      return Malformed.silent(problem);
    }
    return startsAsResponse(start, lineEnd) ? response(start, lineEnd) : request(start, lineEnd);
  }

  private boolean startsAsResponse(int start, int lineEnd) {
    return lineEnd - start > 4 && Octets.equalsIgnoreCase(bytes, start, start + 4, "SIP/");
  }

  /** The offset of the CR that ends the line, or -1. */
  private int lineEnd(int start, boolean folds) {
    byte[] octets = bytes;
    int stop = (int) Math.min(end - 1L, (long) start + limits.lineBytes());
    for (int i = start; i < stop; i++) {
      int b = octets[i];
      if (b > '\r' || b < 0) {
        continue;
      }
      if (b == '\r') {
        if (octets[i + 1] != '\n') {
          return -1;
        }
        if (folds && i + 2 < end && (octets[i + 2] == ' ' || octets[i + 2] == '\t')) {
          i += 2;
          continue;
        }
        return i;
      }
      // A quotation may have a NUL behind a backslash (section 25.1, quoted-pair).
      if (b == '\n' || (b == 0 && !(folds && i > start && octets[i - 1] == '\\'))) {
        return -1;
      }
    }
    return -1;
  }

  /** Finds all fields, and the empty line behind them. */
  private boolean headers(int firstLine) {
    int i = firstLine;
    while (true) {
      if (i + 1 >= end) {
        problem(400, "the header does not end");
        return false;
      }
      if (bytes[i] == '\r' && bytes[i + 1] == '\n') {
        lines[count] = i;
        return true;
      }
      if (count == limits.headerLines()) {
        problem(400, "more than " + limits.headerLines() + " header fields");
        return false;
      }
      int lineEnd = header(i);
      if (lineEnd < 0) {
        problem(400, "a header field cannot be read");
        return false;
      }
      i = lineEnd + 2;
    }
  }

  private int header(int lineStart) {
    int nameEnd = Octets.skip(bytes, lineStart, end, Octets.TOKEN);
    int i = nameEnd;
    while (i < end && (bytes[i] == ' ' || bytes[i] == '\t')) {
      i++;
    }
    if (nameEnd == lineStart || i >= end || bytes[i] != ':') {
      return -1;
    }
    int lineEnd = lineEnd(i + 1, true);
    if (lineEnd < 0 || lineEnd - lineStart > limits.lineBytes()) {
      return -1;
    }
    room();
    HeaderName name = HeaderName.of(bytes, lineStart, nameEnd);
    lines[count] = name.number() << SipMessage.OFFSET_BITS | lineStart;
    count++;
    note(name);
    return lineEnd;
  }

  private void note(HeaderName name) {
    int number = name.number();
    if (number == 0 || number >= first.length) {
      return;
    }
    if (first[number] == 0) {
      first[number] = count;
    } else if (number != HeaderName.VIA.number()) {
      problem(400, "more than one " + name);
    }
  }

  private boolean has(HeaderName name) {
    return first[name.number()] > 0;
  }

  private int lineFrom(int field) {
    return lines[field] & SipMessage.MOST_BYTES;
  }

  private int valueFrom(HeaderName name) {
    int field = first[name.number()];
    return SipMessage.valueFrom(bytes, lineFrom(field - 1), lineFrom(field));
  }

  private int valueTo(HeaderName name, int valueFrom) {
    return Octets.trimEnd(bytes, valueFrom, lineFrom(first[name.number()]));
  }

  /** The fields every message must have, or null if one is missing or cannot be read. */
  private SipMessage.@Nullable Parts parts() {
    if (!has(HeaderName.VIA)
        || !has(HeaderName.FROM)
        || !has(HeaderName.TO)
        || !has(HeaderName.CALL_ID)
        || !has(HeaderName.CSEQ)) {
      problem(400, "Via, From, To, Call-ID or CSeq is missing");
      return null;
    }
    int start = valueFrom(HeaderName.VIA);
    int comma = Octets.find(bytes, start, valueTo(HeaderName.VIA, start), ',', false);
    Via via = comma < 0 ? null : Via.read(bytes, start, Octets.trimEnd(bytes, start, comma));
    start = valueFrom(HeaderName.FROM);
    NameAddr from = NameAddr.read(bytes, start, valueTo(HeaderName.FROM, start));
    start = valueFrom(HeaderName.TO);
    NameAddr to = NameAddr.read(bytes, start, valueTo(HeaderName.TO, start));
    start = valueFrom(HeaderName.CSEQ);
    CSeq cseq = CSeq.read(bytes, start, valueTo(HeaderName.CSEQ, start));
    if (via == null || from == null || to == null || cseq == null || !hasCallId()) {
      problem(400, "Via, From, To, Call-ID or CSeq cannot be read");
      return null;
    }
    return new SipMessage.Parts(
        bytes, Arrays.copyOf(lines, count + 1), bodyEnd(lineFrom(count) + 2), via, from, to, cseq);
  }

  private boolean hasCallId() {
    int from = valueFrom(HeaderName.CALL_ID);
    int to = valueTo(HeaderName.CALL_ID, from);
    for (int i = from; i < to; i++) {
      if (bytes[i] <= ' ' || bytes[i] == 127) {
        return false;
      }
    }
    return to > from;
  }

  private int bodyEnd(int bodyStart) {
    int available = end - bodyStart;
    long length = available;
    if (has(HeaderName.CONTENT_LENGTH)) {
      length = decimal(HeaderName.CONTENT_LENGTH);
      if (length < 0 || length > available) {
        problem(400, "Content-Length is not the body's");
        length = 0;
      }
    }
    if (length > limits.bodyBytes()) {
      problem(413, "a body longer than " + limits.bodyBytes() + " bytes");
      length = 0;
    }
    return bodyStart + (int) length;
  }

  private long decimal(HeaderName name) {
    int start = valueFrom(name);
    return Octets.decimal(bytes, start, valueTo(name, start));
  }

  private SipInput response(int start, int lineEnd) {
    // "SIP/2.0 200": the version, a space, three digits.
    if (lineEnd - start < 11
        || !Octets.equalsIgnoreCase(bytes, start, start + 8, "SIP/2.0 ")
        || (lineEnd - start > 11 && bytes[start + 11] != ' ')) {
      return Malformed.silent("no status line of SIP/2.0");
    }
    long status = Octets.decimal(bytes, start + 8, start + 11);
    if (status < 100 || status > 699) {
      return Malformed.silent("no status between 100 and 699");
    }
    SipMessage.Parts parts = parts();
    if (parts == null || !problem.isEmpty()) {
      return Malformed.silent(problem);
    }
    int reasonFrom = Math.min(lineEnd, start + 12);
    return new SipResponse(parts, (int) status, reasonFrom, lineEnd);
  }

  private SipInput request(int start, int lineEnd) {
    int methodEnd = Octets.skip(bytes, start, lineEnd, Octets.TOKEN);
    int version = Octets.trimEnd(bytes, methodEnd, lineEnd);
    if (version < lineEnd) {
      problem(400, "the request line ends with spaces");
    }
    int versionEnd = version;
    while (version > methodEnd && bytes[version - 1] != ' ') {
      version--;
    }
    int uriFrom = methodEnd + 1;
    int uriTo = version - 1;
    if (methodEnd == start
        || methodEnd >= lineEnd
        || bytes[methodEnd] != ' '
        || uriTo <= uriFrom
        || versionEnd - version < 5
        || !Octets.equalsIgnoreCase(bytes, version, version + 4, "SIP/")) {
      return Malformed.silent("no request line");
    }
    if (!Octets.equalsIgnoreCase(bytes, version, versionEnd, "SIP/2.0")) {
      problem(505, "another version than SIP/2.0");
    }
    int next = uriFrom;
    while (next < uriTo && bytes[next] > ' ' && bytes[next] != '<' && bytes[next] != '"') {
      next++;
    }
    if (next < uriTo) {
      problem(400, "the Request-URI cannot be read");
      uriTo = next;
    }
    Uri uri = UriReader.read(bytes, uriFrom, uriTo, host);
    if (uri instanceof SipUri sip) {
      host = sip.host();
    }
    if (uri instanceof OtherUri other && other.isBroken()) {
      problem(400, "the Request-URI cannot be read");
    }
    if (has(HeaderName.MAX_FORWARDS) && decimal(HeaderName.MAX_FORWARDS) < 0) {
      problem(400, "Max-Forwards is no number");
    }
    SipMessage.Parts parts = parts();
    if (parts == null) {
      return new Malformed(problem, problemStatus, Optional.empty());
    }
    // The method of CSeq is this request's, or there is a problem.
    SipMethod method = parts.cseq().method();
    if (!Octets.equals(bytes, start, methodEnd, method.name())) {
      method = SipMethod.of(bytes, start, methodEnd);
      problem(400, "the method of CSeq is another one");
    }
    SipRequest request = new SipRequest(parts, method, uriFrom, uriTo, uri);
    return problem.isEmpty()
        ? request
        : new Malformed(problem, problemStatus, Optional.of(request));
  }
}
