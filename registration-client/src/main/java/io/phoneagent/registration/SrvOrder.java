// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * In which order a phone takes the servers of a service: the lowest priority first, and among those
 * of one priority by chance, with their weights (RFC 2782).
 *
 * <p>Chance is drawn from the phone's own seed, so that the same phone comes to the same order
 * again: otherwise it would change its switch with each look-up. Each server waits an exponential
 * time with its weight as the rate, and the first to ring is the first chosen: the distribution of
 * drawing by weight one after the other. A server that is added or left out moves only its share.
 */
final class SrvOrder {
  // "A very small chance" beside others: a hundredth of that of weight 1.
  private static final double WEIGHT_OF_ZERO = 0.01;

  private final String seed;

  SrvOrder(String seed) {
    this.seed = seed;
  }

  List<SrvRecord> of(List<SrvRecord> records) {
    return records.stream()
        .distinct()
        .sorted(Comparator.comparingInt(SrvRecord::priority).thenComparingDouble(this::rings))
        .collect(Collectors.toList());
  }

  private double rings(SrvRecord server) {
    double weight = server.weight() == 0 ? WEIGHT_OF_ZERO : server.weight();
    return -Math.log(drawn(server.target() + ":" + server.port())) / weight;
  }

  /** A number above 0 and up to 1, the same for the same name. */
  private double drawn(String name) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest((seed + " " + name).getBytes(StandardCharsets.UTF_8));
      return ((ByteBuffer.wrap(hash).getLong() >>> 11) + 1) * 0x1p-53;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every platform has SHA-256", e);
    }
  }
}
