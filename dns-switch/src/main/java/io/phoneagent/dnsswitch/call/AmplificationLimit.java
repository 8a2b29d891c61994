// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.call;

import io.phoneagent.flow.FlowSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a source of datagrams may be forged as must not be flooded with answers that it did not ask
 * for: until it has shown that it reads them, it gets at most three times the octets that came from
 * it (as RFC 9000, 8.1 has it for QUIC). That is enough for all the answers of a call and one
 * repetition. Owned by the loop.
 */
final class AmplificationLimit {
  private static final int FACTOR = 3;

  // Beyond this the one that has been quiet the longest is forgotten.
  private static final int MOST_KNOWN = 10_000;

  private final Map<FlowSource, Balance> known =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<FlowSource, Balance> eldest) {
          return size() > MOST_KNOWN;
        }
      };

  // A datagram, its proof and its answer follow one another.
  private Optional<Balance> latest = Optional.empty();

  private static final class Balance {
    private final FlowSource source;
    private long left;
    private boolean proven;

    Balance(FlowSource source) {
      this.source = source;
    }
  }

  private Optional<Balance> find(FlowSource source) {
    return latest
        .filter(balance -> balance.source.equals(source))
        .or(() -> Optional.ofNullable(known.get(source)));
  }

  private Balance findOrMake(FlowSource source) {
    Balance balance = find(source).orElseGet(() -> known.computeIfAbsent(source, Balance::new));
    latest = Optional.of(balance);
    return balance;
  }

  /** A datagram came. */
  void heard(FlowSource from, int octets) {
    findOrMake(from).left += (long) FACTOR * octets;
  }

  /** It has repeated what only a reader of our answers knows. */
  void proven(FlowSource source) {
    findOrMake(source).proven = true;
  }

  /** Whether so much may be sent, which then counts as sent. One that is not known may get it. */
  boolean allows(FlowSource to, int octets) {
    Optional<Balance> bounded = find(to).filter(balance -> !balance.proven);
    if (bounded.isEmpty()) {
      return true;
    }
    Balance balance = bounded.get();
    if (balance.left < octets) {
      return false;
    }
    balance.left -= octets;
    return true;
  }
}
