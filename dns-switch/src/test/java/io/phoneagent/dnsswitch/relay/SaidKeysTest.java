// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class SaidKeysTest {
  private static final int EVENTS = 101;
  private static final long PACKET = Duration.ofMillis(20).toNanos();
  private static final String AUDIO = "68656c6c6f";

  private final SaidKeys keys = new SaidKeys(EVENTS);
  private long now = -40 * PACKET;
  private int sequence = 65_533;
  private int timestamp = -480;

  private static ByteBuffer packet(int payload, int sequence, int timestamp, int source) {
    return ByteBuffer.allocate(17)
        .put((byte) 0x80)
        .put((byte) payload)
        .putShort((short) sequence)
        .putInt(timestamp)
        .putInt(source)
        .put("hello".getBytes(StandardCharsets.US_ASCII))
        .flip();
  }

  /** What goes out for the next packet of audio: second octet, number, timestamp, rest. */
  private String next() {
    now += PACKET;
    ByteBuffer out = keys.instead(packet(0, sequence++, timestamp, 0x51525354), now).orElseThrow();
    timestamp += 160;
    return text(out);
  }

  private static String text(ByteBuffer out) {
    assertThat(out.get(0)).isEqualTo((byte) 0x80);
    assertThat(out.getInt(8)).isEqualTo(0x51525354);
    byte[] rest = new byte[out.remaining() - 12];
    out.get(12, rest);
    return "%02x %d %d %s"
        .formatted(
            out.get(1) & 0xFF,
            out.getShort(2) & 0xFFFF,
            out.getInt(4),
            HexFormat.of().formatHex(rest));
  }

  private List<String> next(int count) {
    List<String> out = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      out.add(next());
    }
    return out;
  }

  @Test
  void aKeyTakesThePlaceOfSevenPacketsOfItsStream() {
    assertThat(next()).isEqualTo("00 65533 -480 " + AUDIO);
    assertThat(keys.press('5', now)).isTrue();
    assertThat(next(8))
        .containsExactly(
            "e5 65534 -320 050a00a0",
            "65 65535 -320 050a0140",
            "65 0 -320 050a01e0",
            "65 1 -320 050a0280",
            "65 2 -320 058a0320",
            "65 3 -320 058a0320",
            "65 4 -320 058a0320",
            "00 5 800 " + AUDIO);
    assertThat(keys.isBusy()).isFalse();
  }

  @Test
  void theSameKeyTwiceIsTwoEventsWithAudioBetween() {
    next();
    keys.press('#', now);
    keys.press('#', now);
    List<String> out = next(18);
    assertThat(out.get(0)).isEqualTo("e5 65534 -320 0b0a00a0");
    assertThat(out.subList(7, 9)).allMatch(packet -> packet.endsWith(AUDIO));
    assertThat(out.get(9)).isEqualTo("e5 7 1120 0b0a00a0");
    assertThat(out.get(15)).isEqualTo("65 13 1120 0b8a0320");
    assertThat(out.get(16)).endsWith(AUDIO);
  }

  @Test
  void whatTheEndSaysAsEventsItselfIsKeptBack() {
    next();
    assertThat(keys.instead(packet(EVENTS, 1, 0, 1), now)).isEmpty();
    assertThat(keys.instead(packet(0x80 | EVENTS, 2, 0, 1), now)).isEmpty();
  }

  @Test
  void whoIsSilentCannotSayThem() {
    assertThat(keys.press('1', now)).isFalse();
    next();
    assertThat(keys.press('1', now + SaidKeys.SILENCE.toNanos())).isTrue();
    assertThat(keys.press('2', now + SaidKeys.SILENCE.toNanos() + 1)).isFalse();
    assertThat(keys.unsaid(now + SaidKeys.SILENCE.toNanos())).isEmpty();
    assertThat(keys.unsaid(now + SaidKeys.SILENCE.toNanos() + 1)).containsExactly('1');
    assertThat(next()).as("it is told another way").endsWith(AUDIO);
  }

  @Test
  void whoFallsSilentWithinAKeyHasSaidIt() {
    next();
    keys.press('1', now);
    keys.press('2', now);
    next(2);
    now += Duration.ofSeconds(1).toNanos();
    assertThat(keys.unsaid(now)).containsExactly('2');
    timestamp += 8_000;
    assertThat(next()).endsWith(AUDIO);
  }

  @Test
  void whatWasOvertakenStaysAudio() {
    next(2);
    keys.press('9', now);
    assertThat(next()).startsWith("e5");
    ByteBuffer late = packet(0, 65_534, -320, 0x51525354);
    assertThat(keys.instead(late, now)).containsSame(late);
    assertThat(next()).isEqualTo("65 0 -160 090a0140");
  }

  @Test
  void anotherStreamBeginsWithAudio() {
    next();
    keys.press('9', now);
    next(2);
    ByteBuffer other = packet(0, 7, 900_000, 12);
    assertThat(keys.instead(other, now)).containsSame(other);
    ByteBuffer rewound = packet(0, 8, 700_000, 12);
    assertThat(keys.instead(rewound, now)).containsSame(rewound);
    keys.press('8', now);
    ByteBuffer made = keys.instead(packet(0, 9, 700_160, 12), now).orElseThrow();
    assertThat(made.getInt(12)).isEqualTo(0x080a00a0);
  }

  @Test
  void aTimestampThatStandsStillIsSilence() {
    ByteBuffer same = packet(0, 7, 900_000, 12);
    keys.instead(same, now);
    now += 20 * PACKET;
    keys.instead(same, now);
    assertThat(keys.press('1', now)).isFalse();
  }

  @Test
  void keysWithoutEndAreBounded() {
    next();
    for (int i = 0; i < 10_000; i++) {
      assertThat(keys.press('1', now)).isTrue();
    }
    assertThat(next(10_000).stream().filter(packet -> packet.startsWith("e5"))).hasSize(32);
    assertThat(keys.press('T', now)).as("that is no key").isFalse();
  }

  @Test
  void longPacketsAndPausesAreCounted() {
    next();
    keys.press('0', now);
    timestamp += 320; // after one of 60 ms
    assertThat(next()).endsWith("000a01e0");
    timestamp += 320;
    assertThat(next()).endsWith("008a03c0");
    timestamp += 10_000;
    assertThat(next(2)).allMatch(packet -> packet.endsWith("008a03c0"));
  }
}
