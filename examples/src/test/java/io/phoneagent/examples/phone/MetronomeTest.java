// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.phone;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.testkit.VirtualTime;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class MetronomeTest {
  private final VirtualTime time = new VirtualTime();
  private int beats;

  @Test
  void beatsFiftyTimesASecondForAnHour() {
    Metronome metronome = new Metronome(time, () -> beats++);
    metronome.start();
    time.advance(Duration.ofHours(1));
    assertThat(beats).isEqualTo(180_001);
    metronome.stop();
    assertThat(time.pendingTimers()).isZero();
  }
}
