// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SignalsTest {

  private static final short[] VOICE = Signals.speech(1, 4);

  /** The loop from an offset on, for so many seconds. */
  private static short[] playedFrom(int offset, int seconds) {
    short[] heard = new short[seconds * Wav.RATE];
    for (int i = 0; i < heard.length; i++) {
      heard[i] = VOICE[(offset + i) % VOICE.length];
    }
    return heard;
  }

  /**
   * G.711's mu-law there and back, from its definition (biased, logarithmic, 4 bits of mantissa).
   */
  private static short muLaw(int sample) {
    int magnitude = Math.min(32635, Math.abs(sample)) + 132;
    int exponent = 31 - Integer.numberOfLeadingZeros(magnitude) - 7;
    int mantissa = (magnitude >> (exponent + 3)) & 0x0f;
    int back = (((mantissa << 3) + 132) << exponent) - 132;
    return (short) (sample < 0 ? -back : back);
  }

  @Test
  void theSameIsHeardWholeWhereverItBegins() {
    for (int offset : new int[] {0, 1, 12_345, VOICE.length - 7}) {
      Signals.Heard heard = Signals.compare(VOICE, playedFrom(offset, 6));
      assertThat(heard.correlation()).isGreaterThan(0.999);
      assertThat(heard.heardMillis()).isEqualTo(6000);
      assertThat(heard.longestGapMillis()).isZero();
    }
  }

  @Test
  void afterG711AndAtHalfTheLoudnessItIsStillTheSame() {
    short[] recorded = playedFrom(777, 5);
    for (int i = 0; i < recorded.length; i++) {
      recorded[i] = (short) (muLaw(recorded[i]) / 2);
    }
    Signals.Heard heard = Signals.compare(VOICE, recorded);
    assertThat(heard.correlation()).isGreaterThan(0.99);
    assertThat(heard.heardMillis()).isEqualTo(5000);
  }

  @Test
  void otherVoicesSilenceAndNoiseAreNotHeard() {
    for (int seed = 2; seed < 8; seed++) {
      Signals.Heard heard = Signals.compare(VOICE, Signals.speech(seed, 4));
      assertThat(heard.heardMillis()).isLessThan(100);
    }
    assertThat(Signals.compare(VOICE, new short[40_000]).heardMillis()).isZero();
    assertThat(Signals.compare(VOICE, new short[0]).heardMillis()).isZero();
    short[] backwards = new short[VOICE.length];
    for (int i = 0; i < backwards.length; i++) {
      backwards[i] = VOICE[VOICE.length - 1 - i];
    }
    assertThat(Signals.compare(VOICE, backwards).heardMillis()).isLessThan(100);
  }

  @Test
  void aGapIsMeasured() {
    short[] recorded = playedFrom(500, 6);
    Arrays.fill(recorded, 16_000, 16_000 + 240 * 8, (short) 0);
    Signals.Heard heard = Signals.compare(VOICE, recorded);
    assertThat(heard.longestGapMillis()).isBetween(240, 260);
    assertThat(heard.heardMillis()).isBetween(5740, 5760);
  }

  @Test
  void silenceBeforeAndAfterIsNoGap() {
    short[] recorded = new short[8 * Wav.RATE];
    System.arraycopy(playedFrom(99, 4), 0, recorded, 2 * Wav.RATE, 4 * Wav.RATE);
    Signals.Heard heard = Signals.compare(VOICE, recorded);
    assertThat(heard.firstMillis()).isEqualTo(2000);
    assertThat(heard.longestGapMillis()).isZero();
    assertThat(heard.heardMillis()).isEqualTo(4000);
  }

  @Test
  void aJumpOfTheDelayIsFollowed() {
    short[] recorded = playedFrom(0, 6);
    short[] later = playedFrom(24_000 - 480, 3);
    System.arraycopy(later, 0, recorded, 24_000, later.length);
    Signals.Heard heard = Signals.compare(VOICE, recorded);
    assertThat(heard.heardMillis()).isGreaterThan(5900);
    assertThat(heard.longestGapMillis()).isLessThanOrEqualTo(20);
  }

  @Test
  void bothVoicesAtOnceAreNeither() {
    short[] recorded = playedFrom(0, 4);
    short[] other = Signals.speech(2, 4);
    for (int i = 0; i < recorded.length; i++) {
      recorded[i] = (short) ((recorded[i] + other[i]) / 2);
    }
    assertThat(Signals.compare(VOICE, recorded).heardMillis()).isLessThan(1000);
  }

  @Test
  void aFileComesBackAsItWas(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("voice.wav");
    Wav.write(file, VOICE);
    assertThat(Wav.read(file)).isEqualTo(VOICE);
    Files.writeString(folder.resolve("no.wav"), "not at all a sound");
    assertThatThrownBy(() -> Wav.read(folder.resolve("no.wav"))).hasMessageContaining("no WAV");
  }
}
