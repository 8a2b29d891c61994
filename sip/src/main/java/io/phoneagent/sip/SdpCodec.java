// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import java.util.Optional;

/**
 * A payload type and what it stands for.
 *
 * @param payload 0 to 127
 * @param name the encoding's name
 * @param clockRate in hertz
 * @param channels 1 unless told otherwise
 * @param parameters the value of fmtp, "" if there is none
 */
public record SdpCodec(int payload, String name, int clockRate, int channels, String parameters) {
  /** G.711, mu-law. */
  public static final SdpCodec PCMU = new SdpCodec(0, "PCMU", 8000, 1, "");

  /** G.711, A-law. */
  public static final SdpCodec PCMA = new SdpCodec(8, "PCMA", 8000, 1, "");

  /** Digits as events (RFC 4733). */
  public static final SdpCodec TELEPHONE_EVENT =
      new SdpCodec(101, "telephone-event", 8000, 1, "0-15");

  /** Whether it carries pressed keys instead of sound. */
  public boolean isTelephoneEvent() {
    return name.equalsIgnoreCase("telephone-event");
  }

  /** Whether both mean the same encoding, under whatever number. */
  public boolean isSameEncoding(SdpCodec other) {
    return name.equalsIgnoreCase(other.name)
        && clockRate == other.clockRate
        && channels == other.channels;
  }

  String rtpmap() {
    return payload + " " + name + '/' + clockRate + (channels == 1 ? "" : "/" + channels);
  }

  /** The payload types that need no rtpmap (RFC 3551 section 6), as far as telephones use them. */
  static Optional<SdpCodec> fixed(int payload) {
    return switch (payload) {
      case 0 -> Optional.of(PCMU);
      case 3 -> Optional.of(new SdpCodec(3, "GSM", 8000, 1, ""));
      case 4 -> Optional.of(new SdpCodec(4, "G723", 8000, 1, ""));
      case 8 -> Optional.of(PCMA);
      case 9 -> Optional.of(new SdpCodec(9, "G722", 8000, 1, ""));
      case 13 -> Optional.of(new SdpCodec(13, "CN", 8000, 1, ""));
      case 15 -> Optional.of(new SdpCodec(15, "G728", 8000, 1, ""));
      case 18 -> Optional.of(new SdpCodec(18, "G729", 8000, 1, ""));
      default -> Optional.empty();
    };
  }

  /** Reads "96 opus/48000/2". */
  static Optional<SdpCodec> parse(String rtpmap, String fmtp) {
    int space = rtpmap.indexOf(' ');
    if (space < 0) {
      return Optional.empty();
    }
    long payload = Octets.decimal(rtpmap.substring(0, space));
    String[] parts = rtpmap.substring(space + 1).trim().split("/", -1);
    long rate = parts.length > 1 ? Octets.decimal(parts[1]) : -1;
    long channels = parts.length > 2 ? Octets.decimal(parts[2]) : 1;
    if (payload < 0 || payload > 127 || rate < 1 || rate > 1_000_000) {
      return Optional.empty();
    }
    if (parts[0].isEmpty() || channels < 1 || channels > 255) {
      return Optional.empty();
    }
    return Optional.of(new SdpCodec((int) payload, parts[0], (int) rate, (int) channels, fmtp));
  }
}
