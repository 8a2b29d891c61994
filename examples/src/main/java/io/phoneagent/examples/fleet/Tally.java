// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.fleet;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** What has happened to all phones together. Thread-safe. */
final class Tally {
  private static final int MOST_KINDS = 50;
  private static final int LONGEST_KIND = 120;

  private final List<Long> registrationNanos = new ArrayList<>();
  private final LongAdder registeredAgain = new LongAdder();
  private final LongAdder flowsMoved = new LongAdder();
  private final LongAdder flowsLost = new LongAdder();
  private final LongAdder callsMade = new LongAdder();
  private final LongAdder callsAnswered = new LongAdder();
  private final Map<String, LongAdder> errors = new ConcurrentHashMap<>();

  synchronized void registered(long afterNanos) {
    registrationNanos.add(afterNanos);
  }

  /** The times from start to registration, the shortest first, in milliseconds. */
  synchronized List<Double> registrationMillis() {
    List<Double> millis = new ArrayList<>(registrationNanos.size());
    registrationNanos.forEach(n -> millis.add(n / 1e6));
    Collections.sort(millis);
    return millis;
  }

  void registeredAgain() {
    registeredAgain.increment();
  }

  long timesRegisteredAgain() {
    return registeredAgain.sum();
  }

  void flowMoved() {
    flowsMoved.increment();
  }

  long flowsMoved() {
    return flowsMoved.sum();
  }

  void flowLost() {
    flowsLost.increment();
  }

  long flowsLost() {
    return flowsLost.sum();
  }

  void callMade() {
    callsMade.increment();
  }

  long callsMade() {
    return callsMade.sum();
  }

  void callAnswered() {
    callsAnswered.increment();
  }

  long callsAnswered() {
    return callsAnswered.sum();
  }

  /** Counts an error by its text; once there are too many kinds, others are one kind. */
  void error(String text) {
    String kind = text.length() > LONGEST_KIND ? text.substring(0, LONGEST_KIND) : text;
    String counted = errors.size() < MOST_KINDS || errors.containsKey(kind) ? kind : "others";
    errors.computeIfAbsent(counted, k -> new LongAdder()).increment();
  }

  SortedMap<String, Long> errors() {
    SortedMap<String, Long> sums = new TreeMap<>();
    errors.forEach((kind, count) -> sums.put(kind, count.sum()));
    return sums;
  }
}
