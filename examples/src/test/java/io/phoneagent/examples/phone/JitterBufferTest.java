// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.phone;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class JitterBufferTest {
  private static final int START = Integer.MAX_VALUE - 400; // wraps around soon
  private final JitterBuffer buffer = new JitterBuffer();
  private final short[] frame = new short[Frame.SAMPLES];

  private void put(int number) {
    put(number, number + 1);
  }

  private void put(int number, int value) {
    short[] samples = new short[Frame.SAMPLES];
    Arrays.fill(samples, (short) value);
    buffer.put(START + number * Frame.SAMPLES, samples);
  }

  private int take() {
    buffer.take(frame);
    assertThat(frame).containsOnly(frame[0]);
    return frame[0];
  }

  private void skipDelay() {
    for (int i = 0; i < 3; i++) {
      assertThat(take()).isZero();
    }
  }

  @Test
  void silenceBeforeTheFirst() {
    assertThat(take()).isZero();
  }

  @Test
  void orderIsRestoredAndALostOneIsSilence() {
    put(0);
    put(2);
    put(1);
    put(4);
    skipDelay();
    assertThat(take()).isEqualTo(1);
    assertThat(take()).isEqualTo(2);
    assertThat(take()).isEqualTo(3);
    assertThat(take()).isZero();
    assertThat(take()).isEqualTo(5);
    assertThat(take()).isZero();
  }

  @Test
  void oneThatIsLateIsDropped() {
    put(0);
    put(2);
    skipDelay();
    take();
    take();
    put(1);
    assertThat(take()).isEqualTo(3);
  }

  @Test
  void whenAllComeLateTheDelayBeginsAnew() {
    put(0);
    skipDelay();
    for (int i = 0; i < 20; i++) {
      take();
    }
    for (int i = 1; i <= 5; i++) {
      put(i); // the way became longer by 400 ms
      take();
    }
    put(6);
    put(7);
    put(8);
    assertThat(take()).isZero();
    assertThat(take()).isZero();
    assertThat(take()).isEqualTo(6);
    assertThat(take()).isEqualTo(7);
  }

  @Test
  void aSenderWhoseClockIsFastDoesNotAddDelayForever() {
    int sent = 0;
    int played = 0;
    for (int second = 0; second < 600; second++) {
      for (int i = 0; i < 50; i++) {
        put(sent++, 7);
        buffer.take(frame);
        played++;
      }
      if (second % 20 == 0) {
        put(sent++, 7); // 0.1 % faster
      }
    }
    assertThat(sent - played).isEqualTo(30);
    int left = 0;
    while (take() != 0) {
      left++;
    }
    assertThat(left).isBetween(2, 7);
  }
}
