// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The threads that wait for HTTP answers: as many as there are questions under way, up to a limit;
 * a new one is made only where none is idle. Looking for something may not take all of them, so
 * that slow status pages never delay a registration.
 */
final class HttpThreads implements AutoCloseable {
  private static final int IDLE_SECONDS = 5;

  private final int most;
  private final int mostLooking;
  private final ThreadPoolExecutor pool;
  private final Queue<Runnable> waiting = new ArrayDeque<>();
  private final Queue<Runnable> waitingToLook = new ArrayDeque<>();
  private int running;
  private int looking;

  /**
   * Makes no thread yet.
   *
   * @param most how many run at once; a quarter of them, at least one, is kept from looking
   */
  HttpThreads(int most) {
    this.most = most;
    this.mostLooking = most - Math.max(1, most / 4);
    // The queue hands over to the thread that came to rest last, so that the others can end.
    this.pool =
        new ThreadPoolExecutor(
            0,
            Integer.MAX_VALUE,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            task -> {
              Thread thread = new Thread(task, "phoneagent-http");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Runs a task when there is a thread for it: those that only look wait for one of theirs. */
  synchronized void execute(boolean looks, Runnable task) {
    (looks ? waitingToLook : waiting).add(task);
    begin();
  }

  private synchronized void begin() {
    while (running < most && !pool.isShutdown()) {
      boolean looks = waiting.isEmpty();
      Runnable next =
          looks ? (looking < mostLooking ? waitingToLook.poll() : null) : waiting.poll();
      if (next == null) {
        return;
      }
      running++;
      looking += looks ? 1 : 0;
      pool.execute(() -> run(looks, next));
    }
  }

  private void run(boolean looks, Runnable task) {
    try {
      task.run();
    } finally {
      synchronized (this) {
        running--;
        looking -= looks ? 1 : 0;
      }
      begin();
    }
  }

  /** Begins no more tasks; those that run go on. */
  @Override
  public synchronized void close() {
    waiting.clear();
    waitingToLook.clear();
    pool.shutdown();
  }
}
