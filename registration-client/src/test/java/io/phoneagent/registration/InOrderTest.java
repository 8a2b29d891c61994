// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class InOrderTest {
  private final Deque<Runnable> handedOver = new ArrayDeque<>();
  private final List<String> done = new ArrayList<>();

  @Test
  void aPoolKeepsTheOrderOfEach() throws InterruptedException {
    ExecutorService pool = Executors.newFixedThreadPool(4);
    List<Integer> first = Collections.synchronizedList(new ArrayList<>());
    List<Integer> second = Collections.synchronizedList(new ArrayList<>());
    InOrder one = new InOrder(pool);
    InOrder other = new InOrder(pool);
    CountDownLatch left = new CountDownLatch(2_000);
    for (int i = 0; i < 1_000; i++) {
      int number = i;
      one.execute(() -> note(first, number, left));
      other.execute(() -> note(second, number, left));
    }
    assertThat(left.await(20, TimeUnit.SECONDS)).isTrue();
    List<Integer> all = IntStream.range(0, 1_000).boxed().collect(Collectors.toList());
    assertThat(first).isEqualTo(all);
    assertThat(second).isEqualTo(all);
    pool.shutdown();
  }

  private static void note(List<Integer> list, int number, CountDownLatch left) {
    list.add(number);
    left.countDown();
  }

  @Test
  void whoHasMuchToSayLetsOthersIn() {
    InOrder talker = new InOrder(handedOver::add);
    InOrder other = new InOrder(handedOver::add);
    for (int i = 0; i < 100; i++) {
      talker.execute(() -> done.add("talker"));
    }
    other.execute(() -> done.add("other"));
    while (!handedOver.isEmpty()) {
      handedOver.remove().run();
    }
    assertThat(done).hasSize(101);
    assertThat(done.indexOf("other")).isLessThan(20);
  }

  @Test
  void anErrorEndsOneTaskOnly() {
    InOrder order = new InOrder(handedOver::add);
    order.execute(
        () -> {
          throw new AssertionError("the vendor's defect");
        });
    order.execute(() -> done.add("second"));
    assertThatThrownBy(() -> handedOver.remove().run()).isInstanceOf(AssertionError.class);
    handedOver.remove().run();
    assertThat(done).containsExactly("second");
  }

  @Test
  void anExecutorThatIsShutDownHurtsNobody() {
    List<Boolean> full = new ArrayList<>(List.of(true));
    InOrder order =
        new InOrder(
            task -> {
              if (full.get(0)) {
                throw new RejectedExecutionException("shut down");
              }
              task.run();
            },
            () -> done.add("told"));
    order.execute(() -> done.add("dropped"));
    full.set(0, false);
    order.execute(() -> done.add("next"));
    assertThat(done).containsExactly("told", "next");
  }
}
