// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OneStreamTest {
  private static final long PACKET = Duration.ofMillis(20).toNanos();

  private final OneStream stream = new OneStream();
  private long now = -7 * PACKET;

  private static ByteBuffer packet(int ssrc, int sequence, int timestamp) {
    return ByteBuffer.allocate(14)
        .put((byte) 0x80)
        .put((byte) 0)
        .putShort((short) sequence)
        .putInt(timestamp)
        .putInt(ssrc)
        .put((byte) 'h')
        .put((byte) 'i')
        .flip();
  }

  /** SSRC, sequence number and timestamp of what goes out. */
  private String out(int ssrc, int sequence, int timestamp) {
    now += PACKET;
    ByteBuffer made = stream.rtp(packet(ssrc, sequence, timestamp), now);
    assertThat(made.remaining()).isEqualTo(14);
    assertThat(made.get(made.position() + 12)).isEqualTo((byte) 'h');
    assertThat(made.get(made.position() + 13)).isEqualTo((byte) 'i');
    int at = made.position();
    return made.getInt(at + 8)
        + " "
        + (made.getShort(at + 2) & 0xFFFF)
        + " "
        + Integer.toUnsignedString(made.getInt(at + 4));
  }

  @Test
  void whatIsHeardFirstPassesAsItIs() {
    ByteBuffer first = packet(7, 65_535, -1);
    assertThat(stream.rtp(first, 0)).isSameAs(first);
    ByteBuffer second = packet(7, 0, 159);
    assertThat(stream.rtp(second, PACKET)).isSameAs(second);
    assertThat(stream.rtcp(first)).containsSame(first);
  }

  @Test
  void anotherOneGoesOnWhereTheFirstOneWas() {
    out(7, 50_000, 1_000_000);
    out(7, 50_001, 1_000_160);
    assertThat(out(8, 12, 40)).isEqualTo("7 50002 1000320");
    assertThat(out(8, 13, 200)).isEqualTo("7 50003 1000480");
    assertThat(out(9, 60_000, -100)).isEqualTo("7 50004 1000640");
  }

  @Test
  void thePauseBetweenThemIsInTheTimestamps() {
    out(7, 1, 0);
    now += 99 * PACKET;
    assertThat(out(8, 500, 9_999)).isEqualTo("7 2 16000");
    now += Duration.ofDays(30).toNanos();
    String late = out(9, 1, 1);
    assertThat(Long.parseLong(late.split(" ", -1)[2]) - 16_000).isEqualTo(1 << 30);
  }

  @Test
  void numbersWrapAsTheyDoInOneStream() {
    out(7, 65_535, -160);
    assertThat(out(8, 300, 300)).isEqualTo("7 0 0");
    assertThat(out(8, 301, 460)).isEqualTo("7 1 160");
  }

  @Test
  void whatComesOutOfOrderStaysSo() {
    out(7, 10, 1_600);
    out(8, 100, 0);
    assertThat(out(8, 103, 480)).isEqualTo("7 14 2240");
    assertThat(out(8, 101, 160)).isEqualTo("7 12 1920");
    assertThat(out(9, 5, 5)).as("after the newest").startsWith("7 15 ");
  }

  /** All packets of a telephone event have the time of its beginning (RFC 4733, section 2.2). */
  @Test
  void anotherOneAfterAnEventIsNotBeforeItsEnd() {
    out(7, 10, 1_600);
    for (int i = 1; i < 8; i++) {
      assertThat(out(7, 10 + i, 1_760)).isEqualTo("7 " + (10 + i) + " 1760");
    }
    assertThat(out(8, 500, 9)).isEqualTo("7 18 2880");
  }

  @Test
  void whoTurnsUpWithTheSameSsrcIsAnotherOneAllTheSame() {
    out(7, 10, 1_600);
    stream.turn();
    assertThat(out(7, 900, 3)).isEqualTo("7 11 1760");
    assertThat(out(7, 901, 163)).isEqualTo("7 12 1920");
  }

  @Test
  void reportsOfAnotherStreamAreLeftOut() {
    out(7, 10, 1_600);
    ByteBuffer report = packet(7, 0, 0);
    assertThat(stream.rtcp(report)).isPresent();
    stream.turn();
    assertThat(stream.rtcp(report)).isEmpty();
    out(8, 10, 1_600);
    assertThat(stream.rtcp(report)).isEmpty();
  }

  @Test
  void whoeverSpeaksTheNumbersGrowByOne() {
    Random random = new Random(3);
    int ssrc = 1;
    int sequence = random.nextInt();
    int timestamp = random.nextInt();
    List<Integer> numbers = new ArrayList<>();
    long last = Long.MIN_VALUE;
    for (int i = 0; i < 200_000; i++) {
      if (random.nextInt(50) == 0) {
        ssrc = random.nextInt();
        sequence = random.nextInt();
        timestamp = random.nextInt();
      }
      String[] made = out(ssrc, ++sequence, timestamp += 160).split(" ", -1);
      numbers.add(Integer.parseInt(made[1]));
      long at = Long.parseLong(made[2]);
      if (last != Long.MIN_VALUE) {
        assertThat((int) (at - last)).isEqualTo(160);
      }
      last = at;
    }
    for (int i = 1; i < numbers.size(); i++) {
      assertThat(numbers.get(i)).isEqualTo((numbers.get(i - 1) + 1) & 0xFFFF);
    }
  }
}
