// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HttpThreadsTest {
  private final HttpThreads threads = new HttpThreads(3);
  private final CountDownLatch slow = new CountDownLatch(1);
  private final Semaphore begun = new Semaphore(0);
  private final Set<Thread> used = ConcurrentHashMap.newKeySet();

  @AfterEach
  void close() {
    slow.countDown();
    threads.close();
  }

  private void block() {
    used.add(Thread.currentThread());
    begun.release();
    try {
      slow.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean hasBegun(int tasks) throws InterruptedException {
    return begun.tryAcquire(tasks, 10, TimeUnit.SECONDS);
  }

  @Test
  void slowPagesNeverTakeTheLastThread() throws InterruptedException {
    for (int i = 0; i < 10; i++) {
      threads.execute(true, this::block);
    }
    assertThat(hasBegun(2)).isTrue();
    CountDownLatch registering = new CountDownLatch(1);
    threads.execute(false, registering::countDown);
    assertThat(registering.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(used).hasSize(2);
  }

  @Test
  void whatWaitedIsDoneWhenThereIsAThread() throws InterruptedException {
    for (int i = 0; i < 5; i++) {
      threads.execute(false, this::block);
    }
    threads.execute(true, this::block);
    assertThat(hasBegun(3)).isTrue();
    assertThat(begun.tryAcquire()).isFalse();
    slow.countDown();
    assertThat(hasBegun(3)).isTrue();
  }

  @Test
  void whatFailsGivesItsThreadBack() throws InterruptedException {
    for (int i = 0; i < 6; i++) {
      threads.execute(
          i % 2 == 0,
          () -> {
            begun.release();
            throw new IllegalStateException("a defect that this test makes");
          });
    }
    assertThat(hasBegun(6)).isTrue();
    threads.execute(true, begun::release);
    assertThat(hasBegun(1)).isTrue();
  }
}
