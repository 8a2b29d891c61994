// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.testkit;

import io.phoneagent.runtime.Clock;
import io.phoneagent.runtime.Timer;
import io.phoneagent.runtime.Timers;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executor;

/**
 * Time that passes only when the test says so. It owns every task and timer given to it, and runs
 * them on the test's thread, in order of their due time. Not thread-safe.
 */
public final class VirtualTime implements Timers, Executor, Clock {
  // 2026-01-01T00:00:00Z, so that timelines in a test's output can be read.
  private static final long START_EPOCH_MILLIS = 1_767_225_600_000L;

  private record Key(long at, long order) implements Comparable<Key> {
    @Override
    public int compareTo(Key other) {
      int byTime = Long.compare(at, other.at);
      return byTime != 0 ? byTime : Long.compare(order, other.order);
    }
  }

  private final TreeMap<Key, Runnable> due = new TreeMap<>();
  private final Deque<Runnable> tasks = new ArrayDeque<>();
  private long now;
  private long order;

  /** Time at the start of 2026, standing still. */
  public VirtualTime() {}

  @Override
  public long nanos() {
    return now;
  }

  @Override
  public long epochMillis() {
    return START_EPOCH_MILLIS + now / 1_000_000;
  }

  @Override
  public Timer schedule(Duration delay, Runnable task) {
    Key key = new Key(now + Math.max(0, delay.toNanos()), order++);
    due.put(key, task);
    return () -> due.remove(key);
  }

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
  }

  /** Runs the tasks that wait, and those that they add, without letting time pass. */
  public void runTasks() {
    Runnable task = tasks.poll();
    while (task != null) {
      task.run();
      task = tasks.poll();
    }
  }

  /** Lets time pass, running each task and timer that is due at its own moment. */
  public void advance(Duration time) {
    long end = now + time.toNanos();
    runTasks();
    Map.Entry<Key, Runnable> next = due.firstEntry();
    while (next != null && next.getKey().at() <= end) {
      due.remove(next.getKey());
      now = Math.max(now, next.getKey().at());
      next.getValue().run();
      runTasks();
      next = due.firstEntry();
    }
    now = end;
  }

  /** How many timers wait: 0 where nothing was left behind. */
  public int pendingTimers() {
    return due.size();
  }

  /** The time until the next timer, or zero if none waits. */
  public Duration untilNextTimer() {
    Iterator<Key> keys = due.keySet().iterator();
    return keys.hasNext() ? Duration.ofNanos(keys.next().at() - now) : Duration.ZERO;
  }
}
