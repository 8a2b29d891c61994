// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.system;

import io.phoneagent.Transport;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** How a phone of the table of outages learns that its firewall has another address. */
enum OutageSource {
  /** The gateway announces it by NAT-PMP; of its own accord the phone asks each ten minutes. */
  ANNOUNCED("NAT-PMP, announced", "--probe natpmp --check-every 10m"),

  /** The firewall's page is all there is. */
  PAGE("status page each 1 s", "--probe http://192.168.1.1/ip --check-every 1s"),

  /** Nothing on its network tells, and the switch is asked each hour: by its keep-alives alone. */
  KEEP_ALIVE("keep-alive each 2 s", "--keep-alive 2s --probe whoami --check-every 1h");

  private static final Duration INTERVAL = Duration.ofSeconds(2);
  // A connection's keep-alive counts as unanswered then. Over UDP nothing is waited for: the switch
  // answers a keep-alive at once if it does not know where it comes from.
  private static final Duration STREAM_ANSWER = Duration.ofSeconds(2);
  // Of the lab, on a machine with more to do.
  private static final Duration ROUND_TRIP = Duration.ofMillis(10);

  private final String what;
  private final String told;

  OutageSource(String what, String told) {
    this.what = what;
    this.told = told;
  }

  /** The same as in the flags of {@code benchmarks/outage}. */
  static OutageSource of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_'));
  }

  /** What a person calls it. */
  String what() {
    return what;
  }

  /** The flags of the phone. */
  List<String> told(Transport transport) {
    return List.of((told + " --transport " + transport.label()).split(" ", -1));
  }

  /** What the median may be, in milliseconds. */
  OptionalDouble medianGoal() {
    return this == ANNOUNCED ? OptionalDouble.of(400) : OptionalDouble.empty();
  }

  /**
   * What 99 of a hundred may be, in milliseconds; without a source, the keep-alive's interval, the
   * wait for its answer and four round trips.
   *
   * @param every how often the phone is called, as the first call after that is what counts
   */
  double greatestGoal(Transport transport, Duration every) {
    return switch (this) {
      case ANNOUNCED -> 1000;
      case PAGE -> 1500;
      case KEEP_ALIVE ->
          INTERVAL
              .plus(transport.isStream() ? STREAM_ANSWER : Duration.ZERO)
              .plus(ROUND_TRIP.multipliedBy(4))
              .plus(every)
              .toMillis();
    };
  }
}
