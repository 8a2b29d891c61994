// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.fleet;

import io.phoneagent.AgentRuntime;
import io.phoneagent.Call;
import io.phoneagent.runtime.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Many phones on one runtime, and the calls among them. */
final class Fleet implements AutoCloseable {
  private final FleetSettings settings;
  private final AgentRuntime runtime;
  private final Tally tally = new Tally();
  private final List<FleetPhone> phones = new ArrayList<>();
  private final Random random = new Random();
  private final ScheduledExecutorService work =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "fleet");
            thread.setDaemon(true);
            return thread;
          });
  private final Clock clock = Clock.system();
  private final long madeAt = clock.nanos();
  private long allRegisteredNanos;

  /** Makes the phones; none is started yet. */
  Fleet(FleetSettings settings) {
    this.settings = settings;
    this.runtime = AgentRuntime.builder().httpThreads(settings.httpThreads()).build();
    for (int i = 0; i < settings.phones(); i++) {
      phones.add(new FleetPhone(settings, i, runtime, clock, tally, this::hangUpLater));
    }
  }

  /** Starts them, over the ramp, and the calls. */
  void start() {
    long step = settings.ramp().toNanos() / settings.phones();
    for (int i = 0; i < phones.size(); i++) {
      Future<?> unused = work.schedule(phones.get(i)::start, i * step, TimeUnit.NANOSECONDS);
    }
    if (settings.callsPerSecond() > 0 && phones.size() > 1) {
      long pause = (long) (1e9 / settings.callsPerSecond());
      Future<?> unused = work.scheduleAtFixedRate(this::call, pause, pause, TimeUnit.NANOSECONDS);
    }
  }

  private void call() {
    FleetPhone caller = phones.get(random.nextInt(phones.size()));
    FleetPhone called = phones.get(random.nextInt(phones.size()));
    if (caller != called && caller.isReachable()) {
      caller.call(called.number());
    }
  }

  private void hangUpLater(Call call) {
    Future<?> unused =
        work.schedule(call::hangUp, settings.callTime().toMillis(), TimeUnit.MILLISECONDS);
  }

  /** All firewalls have another public address from now on. */
  void change() {
    phones.forEach(FleetPhone::change);
  }

  /** How far it is. */
  synchronized Standing standing() {
    int registered = 0;
    int reachable = 0;
    int upToDate = 0;
    for (FleetPhone phone : phones) {
      registered += phone.isRegistered() ? 1 : 0;
      reachable += phone.isReachable() ? 1 : 0;
      upToDate += phone.isUpToDate() ? 1 : 0;
    }
    long nanos = clock.nanos() - madeAt;
    if (allRegisteredNanos == 0 && registered == phones.size()) {
      allRegisteredNanos = nanos;
    }
    return new Standing(nanos / 1e9, registered, reachable, upToDate, tally.timesRegisteredAgain());
  }

  /**
   * How far a fleet is.
   *
   * @param seconds since it was made
   * @param registered phones that have registered
   * @param reachable phones whose flow is open, as far as they know
   * @param upToDate phones of which the switch knows the public address they have now
   * @param again registrations after the first one of each phone
   */
  record Standing(double seconds, int registered, int reachable, int upToDate, long again) {
    boolean all(int phones) {
      return registered == phones && reachable == phones && upToDate == phones;
    }
  }

  FleetSettings settings() {
    return settings;
  }

  Tally tally() {
    return tally;
  }

  /** What became of Retry-After, of all phones together. */
  FleetPhone.Patience patience() {
    int told = 0;
    int pauses = 0;
    int early = 0;
    long earliest = 0;
    for (FleetPhone phone : phones) {
      FleetPhone.Patience one = phone.patience();
      told += one.told();
      pauses += one.pauses();
      early += one.early();
      earliest = Math.max(earliest, one.earliestMillis());
    }
    return new FleetPhone.Patience(told, pauses, early, earliest);
  }

  /** Phones that cannot be called now, as far as they know; the first so many of them. */
  List<FleetPhone> unreachable(int most) {
    return phones.stream().filter(p -> !p.isReachable()).limit(most).toList();
  }

  /** From when it was made until all were registered, in seconds; 0 while they are not. */
  synchronized double allRegisteredSeconds() {
    return allRegisteredNanos / 1e9;
  }

  /** Stops all phones; the switch keeps their registrations. */
  @Override
  public void close() {
    work.shutdownNow();
    runtime.close();
  }
}
