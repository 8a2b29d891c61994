// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * Reads messages (RFC 3261 section 7 and 25). One pass finds all fields; the bytes are copied once.
 *
 * <p>Line ends must be CR LF; empty lines before a message are passed over; bytes behind the body
 * that Content-Length tells are dropped (section 18.3). One reader belongs to one thread.
 */
public final class SipReader {
  private final SipLimits limits;
  // Scratch for the offsets of the message at hand, copied at its true size into the message.
  private HeaderName[] names = new HeaderName[24];
  private int[] at = new int[24 * SipMessage.STRIDE];

  public SipReader(SipLimits limits) {
    this.limits = limits;
  }

  /** Reads one message, which takes all that remains in the buffer. */
  public SipInput read(ByteBuffer datagram) {
    if (datagram.remaining() > limits.messageBytes()) {
      return Malformed.silent("longer than " + limits.messageBytes() + " bytes");
    }
    byte[] copy = new byte[datagram.remaining()];
    datagram.get(copy);
    return readOwned(copy);
  }

  /** Reads one message, which takes all of the array. */
  public SipInput read(byte[] datagram) {
    return read(ByteBuffer.wrap(datagram));
  }

  /** Reads an array that nobody else will change. */
  SipInput readOwned(byte[] bytes) {
    return new Pass(bytes).run();
  }

  private void room(int count) {
    if (count >= names.length) {
      names = Arrays.copyOf(names, names.length * 2);
      at = Arrays.copyOf(at, at.length * 2);
    }
  }

  /** One pass over one message. */
  private final class Pass {
    private final byte[] bytes;
    private final int end;
    private String problem = "";
    private int problemStatus;
    private int next;
    private int count;
    private int viaAt = -1;
    private int fromAt = -1;
    private int toAt = -1;
    private int callIdAt = -1;
    private int cseqAt = -1;
    private int lengthAt = -1;
    private int maxForwardsAt = -1;

    Pass(byte[] bytes) {
      this.bytes = bytes;
      this.end = bytes.length;
    }

    private void problem(int status, String reason) {
      if (problem.isEmpty()) {
        problem = reason;
        problemStatus = status;
      }
    }

    SipInput run() {
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
      int headersEnd = headers(lineEnd + 2);
      if (headersEnd < 0) {
        return Malformed.silent(problem);
      }
      return Octets.isToken(bytes[start]) && startsAsResponse(start, lineEnd)
          ? response(start, lineEnd, headersEnd)
          : request(start, lineEnd, headersEnd);
    }

    private boolean startsAsResponse(int start, int lineEnd) {
      return lineEnd - start > 4 && Octets.equalsIgnoreCase(bytes, start, start + 4, "SIP/");
    }

    /** The offset of the CR that ends the line, or -1. */
    private int lineEnd(int start, boolean folds) {
      int stop = (int) Math.min(end - 1L, (long) start + limits.lineBytes());
      for (int i = start; i < stop; i++) {
        int b = bytes[i];
        if (b > '\r' || b < 0) {
          continue;
        }
        if (b == '\r') {
          if (bytes[i + 1] != '\n') {
            return -1;
          }
          if (folds && i + 2 < end && (bytes[i + 2] == ' ' || bytes[i + 2] == '\t')) {
            i += 2;
            continue;
          }
          return i;
        }
        // A quotation may have a NUL behind a backslash (section 25.1, quoted-pair).
        if (b == '\n' || (b == 0 && !(folds && i > start && bytes[i - 1] == '\\'))) {
          return -1;
        }
      }
      return -1;
    }

    /** Finds all fields; returns the offset of the empty line, or -1. */
    private int headers(int first) {
      int i = first;
      while (true) {
        if (i + 1 >= end) {
          problem(400, "the header does not end");
          return -1;
        }
        if (bytes[i] == '\r' && bytes[i + 1] == '\n') {
          return i;
        }
        if (count == limits.headerLines()) {
          problem(400, "more than " + limits.headerLines() + " header fields");
          return -1;
        }
        int lineEnd = header(i);
        if (lineEnd < 0) {
          problem(400, "a header field cannot be read");
          return -1;
        }
        i = lineEnd + 2;
      }
    }

    private int header(int lineStart) {
      int i = lineStart;
      while (i < end && Octets.isToken(bytes[i])) {
        i++;
      }
      if (i == lineStart) {
        return -1;
      }
      int nameEnd = i;
      while (i < end && (bytes[i] == ' ' || bytes[i] == '\t')) {
        i++;
      }
      if (i >= end || bytes[i] != ':') {
        return -1;
      }
      int lineEnd = lineEnd(i + 1, true);
      if (lineEnd < 0 || lineEnd - lineStart > limits.lineBytes()) {
        return -1;
      }
      room(count);
      HeaderName name = HeaderName.of(bytes, lineStart, nameEnd);
      int valueFrom = Octets.skipSpace(bytes, i + 1, lineEnd);
      names[count] = name;
      at[count * SipMessage.STRIDE] = lineStart;
      at[count * SipMessage.STRIDE + 1] = valueFrom;
      at[count * SipMessage.STRIDE + 2] = Octets.trimEnd(bytes, valueFrom, lineEnd);
      note(name);
      count++;
      return lineEnd;
    }

    private void note(HeaderName name) {
      if (name.equals(HeaderName.VIA)) {
        viaAt = viaAt < 0 ? count : viaAt;
      } else if (name.equals(HeaderName.FROM)) {
        fromAt = once(name, fromAt);
      } else if (name.equals(HeaderName.TO)) {
        toAt = once(name, toAt);
      } else if (name.equals(HeaderName.CALL_ID)) {
        callIdAt = once(name, callIdAt);
      } else if (name.equals(HeaderName.CSEQ)) {
        cseqAt = once(name, cseqAt);
      } else if (name.equals(HeaderName.CONTENT_LENGTH)) {
        lengthAt = once(name, lengthAt);
      } else if (name.equals(HeaderName.MAX_FORWARDS)) {
        maxForwardsAt = once(name, maxForwardsAt);
      }
    }

    private int once(HeaderName name, int before) {
      if (before >= 0) {
        problem(400, "more than one " + name);
        return before;
      }
      return count;
    }

    private int valueFrom(int header) {
      return at[header * SipMessage.STRIDE + 1];
    }

    private int valueTo(int header) {
      return at[header * SipMessage.STRIDE + 2];
    }

    /** The fields every message must have; empty if one is missing or cannot be read. */
    private Optional<SipMessage.Parts> parts(int headersEnd) {
      if (viaAt < 0 || fromAt < 0 || toAt < 0 || callIdAt < 0 || cseqAt < 0) {
        problem(400, "Via, From, To, Call-ID or CSeq is missing");
        return Optional.empty();
      }
      int viaFrom = valueFrom(viaAt);
      int comma = Octets.find(bytes, viaFrom, valueTo(viaAt), ',', false);
      Optional<Via> via =
          comma < 0
              ? Optional.empty()
              : Via.parse(bytes, viaFrom, Octets.trimEnd(bytes, viaFrom, comma));
      Optional<NameAddr> from = NameAddr.parse(bytes, valueFrom(fromAt), valueTo(fromAt));
      Optional<NameAddr> to = NameAddr.parse(bytes, valueFrom(toAt), valueTo(toAt));
      Optional<CSeq> cseq = CSeq.parse(bytes, valueFrom(cseqAt), valueTo(cseqAt));
      if (!via.isPresent()
          || !from.isPresent()
          || !to.isPresent()
          || !cseq.isPresent()
          || !hasCallId()) {
        problem(400, "Via, From, To, Call-ID or CSeq cannot be read");
        return Optional.empty();
      }
      int bodyStart = headersEnd + 2;
      return Optional.of(
          new SipMessage.Parts(
              bytes,
              Arrays.copyOf(names, count),
              Arrays.copyOf(at, count * SipMessage.STRIDE),
              headersEnd,
              bodyStart,
              bodyEnd(bodyStart),
              via.get(),
              from.get(),
              to.get(),
              cseq.get()));
    }

    private boolean hasCallId() {
      int from = valueFrom(callIdAt);
      int to = valueTo(callIdAt);
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
      if (lengthAt >= 0) {
        length = Octets.decimal(bytes, valueFrom(lengthAt), valueTo(lengthAt));
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

    private SipInput response(int start, int lineEnd, int headersEnd) {
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
      Optional<SipMessage.Parts> parts = parts(headersEnd);
      if (!parts.isPresent() || !problem.isEmpty()) {
        return Malformed.silent(problem);
      }
      int reasonFrom = Math.min(lineEnd, start + 12);
      return new SipResponse(parts.get(), (int) status, reasonFrom, lineEnd);
    }

    private SipInput request(int start, int lineEnd, int headersEnd) {
      int methodEnd = start;
      while (methodEnd < lineEnd && Octets.isToken(bytes[methodEnd])) {
        methodEnd++;
      }
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
      SipMethod method = SipMethod.of(bytes, start, methodEnd);
      if (!Octets.equalsIgnoreCase(bytes, version, versionEnd, "SIP/2.0")) {
        problem(505, "another version than SIP/2.0");
      }
      next = uriFrom;
      while (next < uriTo && bytes[next] > ' ' && bytes[next] != '<' && bytes[next] != '"') {
        next++;
      }
      if (next < uriTo) {
        problem(400, "the Request-URI cannot be read");
        uriTo = next;
      }
      if (maxForwardsAt >= 0
          && Octets.decimal(bytes, valueFrom(maxForwardsAt), valueTo(maxForwardsAt)) < 0) {
        problem(400, "Max-Forwards is no number");
      }
      Optional<SipMessage.Parts> parts = parts(headersEnd);
      if (!parts.isPresent()) {
        return new Malformed(problem, problemStatus, Optional.empty());
      }
      if (!parts.get().cseq().method().equals(method)) {
        problem(400, "the method of CSeq is another one");
      }
      SipRequest request = new SipRequest(parts.get(), method, uriFrom, uriTo);
      return problem.isEmpty()
          ? request
          : new Malformed(problem, problemStatus, Optional.of(request));
    }
  }
}
