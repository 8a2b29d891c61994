// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * One stream of a session description: its m= line and what follows it, in order and as written.
 * Immutable.
 */
public final class SdpMedia {
  private final String kind;
  private final int port;
  private final String portCount;
  private final String protocol;
  private final List<String> formats;
  private final List<SdpLine> lines;

  private SdpMedia(
      String kind,
      int port,
      String portCount,
      String protocol,
      List<String> formats,
      List<SdpLine> lines) {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("a port is 0 to 65,535, not " + port);
    }
    this.kind = kind;
    this.port = port;
    this.portCount = portCount;
    this.protocol = protocol;
    this.formats = Collections.unmodifiableList(formats);
    this.lines = Collections.unmodifiableList(lines);
  }

  /**
   * An audio stream over plain RTP.
   *
   * @param port 0 to 65,535; 0 refuses the stream (RFC 3264 section 6)
   * @param codecs the preferred one first
   */
  public static SdpMedia audio(int port, List<SdpCodec> codecs) {
    List<String> formats = new ArrayList<>();
    List<SdpLine> lines = new ArrayList<>();
    for (SdpCodec codec : codecs) {
      formats.add(Integer.toString(codec.payload()));
      lines.add(SdpLine.attribute("rtpmap", codec.rtpmap()));
      if (!codec.parameters().isEmpty()) {
        lines.add(SdpLine.attribute("fmtp", codec.payload() + " " + codec.parameters()));
      }
    }
    return new SdpMedia("audio", port, "", "RTP/AVP", formats, lines);
  }

  static Optional<SdpMedia> parse(String value, List<SdpLine> lines) {
    List<String> parts = SdpLine.words(value);
    if (parts.size() < 4) {
      return Optional.empty();
    }
    String ports = parts.get(1);
    int slash = ports.indexOf('/');
    long port = Octets.decimal(ports, 0, slash < 0 ? ports.length() : slash);
    if (port < 0 || port > 65_535) {
      return Optional.empty();
    }
    String count = slash < 0 ? "" : ports.substring(slash);
    List<String> formats = parts.subList(3, parts.size());
    return Optional.of(new SdpMedia(parts.get(0), (int) port, count, parts.get(2), formats, lines));
  }

  /** audio, video and so on. */
  public String kind() {
    return kind;
  }

  /** Whether it is sound. */
  public boolean isAudio() {
    return kind.equals("audio");
  }

  /** 0 means that the stream is refused. */
  public int port() {
    return port;
  }

  /** What carries it, such as RTP/AVP. */
  public String protocol() {
    return protocol;
  }

  /** The payload types, the preferred one first, as written. */
  public List<String> formats() {
    return formats;
  }

  /** What follows the m= line, in order. */
  public List<SdpLine> lines() {
    return lines;
  }

  /** The address of this stream's own c= line. */
  public Optional<String> connection() {
    return SessionDescription.connectionOf(lines);
  }

  /** The value of the first attribute of this name, "" if it has none. */
  public Optional<String> attribute(String name) {
    return SessionDescription.attributeOf(lines, name);
  }

  /** The values of all attributes of this name, such as candidate. */
  public List<String> attributes(String name) {
    List<String> found = new ArrayList<>();
    for (SdpLine line : lines) {
      if (line.isAttribute(name)) {
        found.add(line.attributeValue());
      }
    }
    return found;
  }

  /** The direction this stream states itself. */
  public Optional<SdpDirection> statedDirection() {
    return SessionDescription.directionOf(lines);
  }

  /** Milliseconds of audio a packet; 20 unless told otherwise. */
  public int packetMillis() {
    long millis = attribute("ptime").map(Octets::decimal).orElse(20L);
    return millis < 1 || millis > 1000 ? 20 : (int) millis;
  }

  /** What the formats stand for, in order of preference; those that are not told are left out. */
  public List<SdpCodec> codecs() {
    List<SdpCodec> found = new ArrayList<>();
    for (String format : formats) {
      String prefix = format + ' ';
      String fmtp = firstWith(prefix, "fmtp").map(v -> v.substring(prefix.length())).orElse("");
      Optional<SdpCodec> mapped = firstWith(prefix, "rtpmap").flatMap(v -> SdpCodec.parse(v, fmtp));
      long number = Octets.decimal(format);
      if (!mapped.isPresent() && number >= 0 && number < 128) {
        mapped = SdpCodec.fixed((int) number);
      }
      mapped.ifPresent(found::add);
    }
    return found;
  }

  private Optional<String> firstWith(String prefix, String attribute) {
    for (String value : attributes(attribute)) {
      if (value.startsWith(prefix)) {
        return Optional.of(value);
      }
    }
    return Optional.empty();
  }

  /**
   * The same at another port.
   *
   * @param newPort 0 to 65,535; 0 refuses the stream (RFC 3264 section 6)
   */
  public SdpMedia withPort(int newPort) {
    return new SdpMedia(kind, newPort, "", protocol, formats, lines);
  }

  /** This stream with its own c= line in the place of any before. */
  public SdpMedia withConnection(String address) {
    List<SdpLine> changed = new ArrayList<>();
    // The order of RFC 8866 section 9: i=, then c=, then the rest.
    boolean placed = false;
    for (SdpLine line : lines) {
      if (line.type() == 'c') {
        continue;
      }
      if (!placed && line.type() != 'i') {
        changed.add(SessionDescription.connectionLine(address));
        placed = true;
      }
      changed.add(line);
    }
    if (!placed) {
      changed.add(SessionDescription.connectionLine(address));
    }
    return withLines(changed);
  }

  /**
   * The same with one more attribute, as the last line.
   *
   * @param value "" for an attribute that has none
   */
  public SdpMedia with(String attribute, String value) {
    List<SdpLine> changed = new ArrayList<>(lines);
    changed.add(SdpLine.attribute(attribute, value));
    return withLines(changed);
  }

  /** The same, flowing this way only. */
  public SdpMedia withDirection(SdpDirection direction) {
    return withoutAttributes(SessionDescription::isDirection).with(direction.text(), "");
  }

  /** This stream without the attributes whose names are chosen. */
  public SdpMedia withoutAttributes(Predicate<String> names) {
    List<SdpLine> changed = new ArrayList<>(lines);
    changed.removeIf(line -> line.type() == 'a' && names.test(line.attributeName()));
    return withLines(changed);
  }

  /** This stream with one more codec, which it likes least. */
  public SdpMedia with(SdpCodec codec) {
    List<String> more = new ArrayList<>(formats);
    more.add(Integer.toString(codec.payload()));
    List<SdpLine> changed = new ArrayList<>(lines);
    changed.add(SdpLine.attribute("rtpmap", codec.rtpmap()));
    if (!codec.parameters().isEmpty()) {
      changed.add(SdpLine.attribute("fmtp", codec.payload() + " " + codec.parameters()));
    }
    return new SdpMedia(kind, port, portCount, protocol, more, changed);
  }

  /** This stream without a codec and what is said of it; one without codecs is none (RFC 8866). */
  public SdpMedia without(SdpCodec codec) {
    String format = Integer.toString(codec.payload());
    List<String> fewer = new ArrayList<>(formats);
    fewer.remove(format);
    if (fewer.isEmpty()) {
      throw new IllegalArgumentException("no codec would be left");
    }
    List<SdpLine> changed = new ArrayList<>(lines);
    changed.removeIf(
        line ->
            (line.isAttribute("rtpmap") || line.isAttribute("fmtp"))
                && line.attributeValue().startsWith(format + ' '));
    return new SdpMedia(kind, port, portCount, protocol, fewer, changed);
  }

  private SdpMedia withLines(List<SdpLine> changed) {
    return new SdpMedia(kind, port, portCount, protocol, formats, changed);
  }

  /** The stream as it is refused: port 0, without attributes (RFC 3264 section 6). */
  public SdpMedia refused() {
    return new SdpMedia(kind, 0, "", protocol, formats, new ArrayList<>());
  }

  void write(StringBuilder out) {
    out.append("m=").append(kind).append(' ').append(port).append(portCount);
    out.append(' ').append(protocol);
    for (String format : formats) {
      out.append(' ').append(format);
    }
    out.append("\r\n");
    for (SdpLine line : lines) {
      out.append(line).append("\r\n");
    }
  }
}
