// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives tasks to an executor, one at a time and in order, whatever threads that has. */
final class InOrder implements Executor {
  private static final Logger LOG = LoggerFactory.getLogger(InOrder.class);
  // So that an agent with much to say does not keep a shared thread from the others.
  private static final int IN_A_ROW = 16;

  private final Executor executor;
  private final Runnable dropped;
  private final Queue<Runnable> tasks = new ArrayDeque<>();
  private boolean running;

  InOrder(Executor executor) {
    this(executor, () -> {});
  }

  /**
   * In front of an executor.
   *
   * @param dropped told whenever it takes no more, and what waited is dropped
   */
  InOrder(Executor executor, Runnable dropped) {
    this.executor = executor;
    this.dropped = dropped;
  }

  @Override
  public void execute(Runnable task) {
    synchronized (tasks) {
      tasks.add(task);
      if (running) {
        return;
      }
      running = true;
    }
    handOver();
  }

  private void handOver() {
    try {
      executor.execute(this::runSome);
    } catch (RejectedExecutionException e) {
      LOG.warn("the callback executor takes no more tasks; callbacks are dropped", e);
      synchronized (tasks) {
        tasks.clear();
        running = false;
      }
      dropped.run();
    }
  }

  private void runSome() {
    for (int i = 0; i < IN_A_ROW; i++) {
      Runnable task;
      synchronized (tasks) {
        task = tasks.poll();
        if (task == null) {
          running = false;
          return;
        }
      }
      boolean done = false;
      try {
        task.run();
        done = true;
      } finally {
        if (!done) {
          handOver(); // what it threw ends this thread, not the callbacks after it
        }
      }
    }
    handOver();
  }
}
