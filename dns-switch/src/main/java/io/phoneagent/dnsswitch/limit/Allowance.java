// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.limit;

import java.util.LinkedHashMap;
import java.util.Map;

/** How often each of many may do something: so many at once, then so many a second. */
public final class Allowance<K> {
  // Beyond this the one that has been quiet the longest starts over.
  private static final int MOST_KNOWN = 10_000;
  private static final double NANOS = 1e9;

  private final int atOnce;
  private final double perSecond;
  private final Map<K, Left> known =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<K, Left> eldest) {
          return size() > MOST_KNOWN;
        }
      };

  private record Left(double tokens, long atNanos) {}

  /** So many at once, and from then on so many a second. */
  public Allowance(int atOnce, double perSecond) {
    this.atOnce = atOnce;
    this.perSecond = perSecond;
  }

  /** Whether there is one left now; takes none. */
  public boolean has(K key, long nowNanos) {
    Left before = known.get(key);
    return before == null || tokens(before, nowNanos) >= 1;
  }

  private double tokens(Left left, long nowNanos) {
    return Math.min(atOnce, left.tokens() + (nowNanos - left.atNanos()) / NANOS * perSecond);
  }

  /** Takes one; false if there is none left now. */
  public boolean take(K key, long nowNanos) {
    Left before = known.getOrDefault(key, new Left(atOnce, nowNanos));
    double tokens = tokens(before, nowNanos);
    boolean allowed = tokens >= 1;
    known.put(key, new Left(allowed ? tokens - 1 : tokens, nowNanos));
    return allowed;
  }
}
