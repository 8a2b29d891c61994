// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.IntUnaryOperator;
import java.util.function.Predicate;

/**
 * A session description (RFC 8866): all lines in order and as written, with names for those that
 * telephones use. Unknown lines stay. Immutable.
 */
public final class SessionDescription {
  // Several times what a browser with all its candidates sends.
  private static final int MOST_BYTES = 32_768;
  private static final int MOST_LINES = 1_000;
  private static final SdpLine VERSION = new SdpLine('v', "0");

  private final List<SdpLine> lines;
  private final List<SdpMedia> media;

  private SessionDescription(List<SdpLine> lines, List<SdpMedia> media) {
    this.lines = Collections.unmodifiableList(lines);
    this.media = Collections.unmodifiableList(media);
  }

  /**
   * A description without streams; {@link #plus} adds them.
   *
   * @param id of the session, not negative; no other one of this end has it (RFC 8866 section 5.2)
   * @param version not negative; grows by one with each change (RFC 3264 section 8)
   * @param address an IPv4 or IPv6 address, without brackets
   */
  public static SessionDescription of(long id, long version, String address) {
    List<SdpLine> lines = new ArrayList<>();
    lines.add(VERSION);
    lines.add(new SdpLine('o', "- " + id + ' ' + version + ' ' + network(address)));
    lines.add(new SdpLine('s', "-"));
    lines.add(connectionLine(address));
    lines.add(new SdpLine('t', "0 0"));
    return new SessionDescription(lines, new ArrayList<>());
  }

  /** Reads a description; empty if it is none. Lines may end with CR LF or LF alone. */
  public static Optional<SessionDescription> parse(byte[] body) {
    if (body.length > MOST_BYTES) {
      return Optional.empty();
    }
    List<SdpLine> session = new ArrayList<>();
    List<SdpMedia> media = new ArrayList<>(2);
    List<SdpLine> current = session;
    String open = "";
    int lines = 0;
    int start = 0;
    while (start <= body.length) {
      int next = lineEnd(body, start);
      int end = next < body.length && next > start && body[next - 1] == '\r' ? next - 1 : next;
      lines++;
      if (lines > MOST_LINES || !isLine(body, start, end)) {
        return Optional.empty();
      }
      if (end > start && body[start] == 'm') {
        if (end == start + 2 || !close(open, current, media)) {
          return Optional.empty();
        }
        open = Octets.text(body, start + 2, end);
        current = new ArrayList<>();
      } else if (end > start) {
        current.add(new SdpLine((char) body[start], Octets.text(body, start + 2, end)));
      }
      start = next + 1;
    }
    boolean begun = !session.isEmpty() && session.get(0).equals(VERSION);
    return begun && close(open, current, media)
        ? Optional.of(new SessionDescription(session, media))
        : Optional.empty();
  }

  private static int lineEnd(byte[] body, int from) {
    int i = from;
    while (i < body.length && body[i] != '\n') {
      i++;
    }
    return i;
  }

  /** Whether there is nothing, or a letter, an equals sign and no stray CR. */
  private static boolean isLine(byte[] body, int from, int to) {
    if (from == to) {
      return true;
    }
    if (to - from < 2 || body[from] < 'a' || body[from] > 'z' || body[from + 1] != '=') {
      return false;
    }
    for (int i = from; i < to; i++) {
      if (body[i] == '\r') {
        return false;
      }
    }
    return true;
  }

  private static boolean close(String open, List<SdpLine> lines, List<SdpMedia> media) {
    if (open.isEmpty()) {
      return media.isEmpty();
    }
    Optional<SdpMedia> made = SdpMedia.parse(open, lines);
    made.ifPresent(media::add);
    return made.isPresent();
  }

  static SdpLine connectionLine(String address) {
    return new SdpLine('c', network(address));
  }

  private static String network(String address) {
    return (address.indexOf(':') >= 0 ? "IN IP6 " : "IN IP4 ") + address;
  }

  static Optional<String> connectionOf(List<SdpLine> lines) {
    for (SdpLine line : lines) {
      if (line.type() == 'c') {
        List<String> parts = SdpLine.words(line.value());
        int slash = parts.size() < 3 ? -1 : parts.get(2).indexOf('/');
        return parts.size() < 3
            ? Optional.empty()
            : Optional.of(slash < 0 ? parts.get(2) : parts.get(2).substring(0, slash));
      }
    }
    return Optional.empty();
  }

  static Optional<String> attributeOf(List<SdpLine> lines, String name) {
    for (SdpLine line : lines) {
      if (line.isAttribute(name)) {
        return Optional.of(line.attributeValue());
      }
    }
    return Optional.empty();
  }

  static Optional<SdpDirection> directionOf(List<SdpLine> lines) {
    for (SdpLine line : lines) {
      for (SdpDirection direction : SdpDirection.values()) {
        if (line.type() == 'a' && line.value().equals(direction.text())) {
          return Optional.of(direction);
        }
      }
    }
    return Optional.empty();
  }

  static boolean isDirection(String name) {
    return directionOf(List.of(SdpLine.attribute(name, ""))).isPresent();
  }

  /** The lines before the first stream. */
  public List<SdpLine> lines() {
    return lines;
  }

  /** The streams, in order, with those that are refused (port 0). */
  public List<SdpMedia> media() {
    return media;
  }

  /** The first audio stream that is not refused. */
  public Optional<SdpMedia> audio() {
    for (SdpMedia one : media) {
      if (one.isAudio() && one.port() != 0) {
        return Optional.of(one);
      }
    }
    return Optional.empty();
  }

  /** The address of a stream: its own or the session's. */
  public Optional<String> address(SdpMedia stream) {
    Optional<String> own = stream.connection();
    return own.isPresent() ? own : connectionOf(lines);
  }

  /**
   * The direction of a stream: its own, the session's or both ways; none to the address 0.0.0.0.
   */
  public SdpDirection direction(SdpMedia stream) {
    Optional<SdpDirection> stated = stream.statedDirection();
    SdpDirection direction =
        stated.isPresent() ? stated.get() : directionOf(lines).orElse(SdpDirection.SENDRECV);
    return isToNowhere(stream) ? SdpDirection.of(direction.sends(), false) : direction;
  }

  private boolean isToNowhere(SdpMedia stream) {
    return address(stream).filter("0.0.0.0"::equals).isPresent();
  }

  /**
   * An attribute of a stream, or of the session if the stream has none of that name: ICE's
   * credentials.
   */
  public Optional<String> attribute(SdpMedia stream, String name) {
    Optional<String> own = stream.attribute(name);
    return own.isPresent() ? own : attribute(name);
  }

  /** An attribute of the session, such as ice-lite. */
  public Optional<String> attribute(String name) {
    return attributeOf(lines, name);
  }

  /**
   * The version in the o= line, which grows with each change (RFC 3264 section 8); 0 if unreadable.
   */
  public long version() {
    for (SdpLine line : lines) {
      String[] parts = line.value().split(" ", -1);
      if (line.type() == 'o' && parts.length > 2) {
        return Math.max(0, Octets.decimal(parts[2]));
      }
    }
    return 0;
  }

  /** This description with another version in its o= line; as it is, if that is unreadable. */
  public SessionDescription withVersion(long version) {
    List<SdpLine> changed = new ArrayList<>();
    for (SdpLine line : lines) {
      String[] parts = line.value().split(" ", -1);
      boolean origin = line.type() == 'o' && parts.length > 2;
      if (origin) {
        parts[2] = Long.toString(version);
      }
      changed.add(origin ? new SdpLine('o', String.join(" ", parts)) : line);
    }
    return new SessionDescription(changed, new ArrayList<>(media));
  }

  /** This description with one more stream. */
  public SessionDescription plus(SdpMedia stream) {
    List<SdpMedia> more = new ArrayList<>(media);
    more.add(stream);
    return new SessionDescription(new ArrayList<>(lines), more);
  }

  /** This description with another stream at a place. */
  public SessionDescription with(int index, SdpMedia stream) {
    List<SdpMedia> changed = new ArrayList<>(media);
    changed.set(index, stream);
    return new SessionDescription(new ArrayList<>(lines), changed);
  }

  /** This description as one of another session: id and version in the o= line. */
  public SessionDescription withOrigin(long id, long version) {
    return withOrigin(Long.toString(id), version);
  }

  private SessionDescription withOrigin(String id, long version) {
    List<SdpLine> changed = new ArrayList<>();
    for (SdpLine line : lines) {
      String[] parts = line.value().split(" ", -1);
      boolean origin = line.type() == 'o' && parts.length == 6;
      String network = origin ? ' ' + parts[3] + ' ' + parts[4] + ' ' + parts[5] : "";
      changed.add(origin ? new SdpLine('o', parts[0] + ' ' + id + ' ' + version + network) : line);
    }
    return new SessionDescription(changed, new ArrayList<>(media));
  }

  /** This description as the next version of itself (RFC 3264 section 8). */
  public SessionDescription newVersion() {
    for (SdpLine line : lines) {
      String[] parts = line.value().split(" ", -1);
      if (line.type() == 'o' && parts.length == 6) {
        return withOrigin(parts[1], version() + 1);
      }
    }
    return this;
  }

  /** This description with one more attribute of the session. */
  public SessionDescription with(String attribute, String value) {
    List<SdpLine> changed = new ArrayList<>(lines);
    changed.add(SdpLine.attribute(attribute, value));
    return new SessionDescription(changed, new ArrayList<>(media));
  }

  /**
   * This description for a media relay: every stream at another address and port, without the
   * attributes that would lead past it. Refused streams stay refused; a stream whose new port is 0
   * is refused.
   *
   * @param address where the relay listens
   * @param ports the relay's port for the stream at an index
   * @param stripped names of attributes to leave out; {@link #leadsPastARelay} is the usual choice
   */
  public SessionDescription relocated(
      String address, IntUnaryOperator ports, Predicate<String> stripped) {
    List<SdpLine> session = new ArrayList<>();
    for (SdpLine line : lines) {
      if (line.type() == 'c') {
        session.add(connectionLine(address));
      } else if (line.type() == 'o') {
        session.add(relocatedOrigin(line, address));
      } else if (line.type() != 'a' || !stripped.test(line.attributeName())) {
        session.add(line);
      }
    }
    List<SdpMedia> streams = new ArrayList<>();
    for (int i = 0; i < media.size(); i++) {
      SdpMedia one = media.get(i);
      int port = one.port() == 0 ? 0 : ports.applyAsInt(i);
      if (port == 0) {
        streams.add(one.refused());
        continue;
      }
      // Old phones hold by 0.0.0.0 (RFC 3264 section 8.4), which is another address from now on.
      SdpMedia kept = isToNowhere(one) ? one.withDirection(direction(one)) : one;
      streams.add(kept.withPort(port).withConnection(address).withoutAttributes(stripped));
    }
    return new SessionDescription(session, streams);
  }

  /** This description as of an end at another address; everything else is as it was. */
  public SessionDescription at(String address) {
    return relocated(address, i -> media.get(i).port(), attribute -> false);
  }

  private static SdpLine relocatedOrigin(SdpLine origin, String address) {
    String[] parts = origin.value().split(" ", -1);
    return parts.length < 6
        ? origin
        : new SdpLine('o', parts[0] + ' ' + parts[1] + ' ' + parts[2] + ' ' + network(address));
  }

  /** Attributes that name other addresses and ports, or keys of ICE that are not the relay's. */
  public static boolean leadsPastARelay(String attribute) {
    return switch (attribute) {
      case "candidate",
          "remote-candidates",
          "end-of-candidates",
          "ice-ufrag",
          "ice-pwd",
          "ice-lite",
          "ice-options",
          "ice-mismatch",
          "rtcp",
          "rtcp-mux",
          "rtcp-mux-only" ->
          true;
      default -> false;
    };
  }

  /** The description as a message's body. */
  public byte[] bytes() {
    return Octets.bytes(toString());
  }

  @Override
  public String toString() {
    StringBuilder out = new StringBuilder(512);
    for (SdpLine line : lines) {
      out.append(line).append("\r\n");
    }
    for (SdpMedia one : media) {
      one.write(out);
    }
    return out.toString();
  }
}
