// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The order in which phones take servers, over many phones. */
class SrvOrderTest {
  private static final int PHONES = 10_000;
  private static final SrvRecord SPARE = new SrvRecord(20, 65_535, 8443, "spare.test");
  private static final SrvRecord BIG = new SrvRecord(10, 75, 8443, "big.test");
  private static final SrvRecord SMALL = new SrvRecord(10, 25, 8443, "small.test");
  private static final SrvRecord ZERO = new SrvRecord(10, 0, 8443, "zero.test");

  private static Map<String, Integer> firsts(List<SrvRecord> records) {
    Map<String, Integer> firsts = new HashMap<>();
    for (int i = 0; i < PHONES; i++) {
      firsts.merge(new SrvOrder("+1555" + i).of(records).get(0).target(), 1, Integer::sum);
    }
    return firsts;
  }

  @Test
  void theLowestPriorityComesFirstWhateverTheWeights() {
    for (int i = 0; i < 100; i++) {
      assertThat(new SrvOrder("+1555" + i).of(List.of(SPARE, BIG, SMALL)).get(2)).isEqualTo(SPARE);
    }
  }

  @Test
  void weightsAreShares() {
    Map<String, Integer> firsts = firsts(List.of(SPARE, BIG, SMALL));
    assertThat(firsts.getOrDefault("big.test", 0)).isCloseTo(7_500, within(250));
    assertThat(firsts.getOrDefault("small.test", 0)).isCloseTo(2_500, within(250));
  }

  @Test
  void weightZeroIsAVerySmallChanceBesideOthersAndAnEqualOneAmongItsLike() {
    assertThat(firsts(List.of(ZERO, SMALL)).getOrDefault("zero.test", 0)).isLessThan(50);
    SrvRecord other = new SrvRecord(10, 0, 8443, "nought.test");
    assertThat(firsts(List.of(ZERO, other)).getOrDefault("zero.test", 0))
        .isCloseTo(5_000, within(300));
  }

  @Test
  void aPhoneComesToTheSameOrderAgain() {
    SrvOrder order = new SrvOrder("+15551230001");
    assertThat(order.of(List.of(BIG, SMALL, SPARE)))
        .isEqualTo(order.of(List.of(SPARE, SMALL, BIG)));
  }
}
