// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.registrar;

import io.phoneagent.sip.DigestAlgorithm;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Which phones are to be asked for MD5 alone. Some give up where they read of SHA-256, although MD5
 * stands beside it: such a one was asked for both, proved nothing, and comes again with another
 * request. It is taken at its word until it proves SHA-256. Owned by the loop.
 *
 * @param <K> what a phone is told apart by
 */
final class OfferedDigests<K> {
  // Whoever can prove it does so within some round trips, also after a loss; who gave up waits.
  private static final long GAVE_UP_NANOS = Duration.ofSeconds(5).toNanos();
  // Beyond this the one that has been quiet the longest is asked for both again.
  private static final int MOST_KNOWN = 10_000;

  private record Asked(Contact.Order order, long atNanos, boolean md5Alone) {}

  private final Map<K, Asked> known =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<K, Asked> eldest) {
          return size() > MOST_KNOWN;
        }
      };

  /** A request that proves nothing: whether MD5 alone is to be asked for. */
  boolean md5Alone(K phone, Contact.Order order, long nowNanos) {
    Optional<Asked> before = Optional.ofNullable(known.get(phone));
    if (before.isEmpty()) {
      known.put(phone, new Asked(order, nowNanos, false));
      return false;
    }
    Asked asked = before.get();
    boolean gaveUp = !asked.order().equals(order) && nowNanos - asked.atNanos() >= GAVE_UP_NANOS;
    if (gaveUp && !asked.md5Alone()) {
      known.put(phone, new Asked(order, nowNanos, true));
    }
    return gaveUp || asked.md5Alone();
  }

  /** It has proven what it was asked for. */
  void proven(K phone, DigestAlgorithm by, Contact.Order order, long nowNanos) {
    if (by == DigestAlgorithm.SHA_256) {
      known.remove(phone);
    } else {
      known.computeIfPresent(phone, (p, asked) -> new Asked(order, nowNanos, asked.md5Alone()));
    }
  }
}
