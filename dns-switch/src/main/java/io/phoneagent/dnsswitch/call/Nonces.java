// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.call;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The nonces of digest challenges: bound to a number, or who else is asked, and a time, so that
 * giving them out costs no memory; and how often each that came back was used, so that none is used
 * twice with one count.
 */
final class Nonces {
  private static final long LIFETIME_MILLIS = Duration.ofMinutes(5).toMillis();
  // A phone needs one per registration and one per restart of its user agent.
  private static final int MOST_IN_USE = 16;
  private static final int PROOF_OCTETS = 16;

  private final byte[] secret = new byte[32];
  private final Map<String, Uses> uses = new HashMap<>();
  private long lastStamp;

  private static final class Uses {
    private final Map<String, Long> highest = new HashMap<>();
    private long forgottenUpTo = -1;
  }

  Nonces() {
    new SecureRandom().nextBytes(secret);
  }

  /** A nonce that was not given out before. */
  String make(String name, long nowNanos) {
    lastStamp = Math.max(lastStamp + 1, nowNanos / 1_000_000);
    return spelled(name, lastStamp);
  }

  private String spelled(String name, long stamp) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret, "HmacSHA256"));
      byte[] proof = mac.doFinal((name + ':' + stamp).getBytes(StandardCharsets.US_ASCII));
      return stamp
          + "."
          + Base64.getUrlEncoder()
              .withoutPadding()
              .encodeToString(Arrays.copyOf(proof, PROOF_OCTETS));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HmacSHA256", e);
    }
  }

  /** Whether the nonce was made here for this one, and not long ago. */
  boolean isFresh(String name, String nonce, long nowNanos) {
    long stamp = stamp(nonce);
    Uses known = uses.get(name);
    return stamp >= 0
        && nowNanos / 1_000_000 - stamp < LIFETIME_MILLIS
        && (known == null || stamp > known.forgottenUpTo)
        && MessageDigest.isEqual(
            nonce.getBytes(StandardCharsets.UTF_8),
            spelled(name, stamp).getBytes(StandardCharsets.UTF_8));
  }

  /** When it was made; -1 if that was not here. */
  private static long stamp(String nonce) {
    int dot = nonce.indexOf('.');
    return dot > 0
            && dot < 19
            && nonce.substring(0, dot).chars().allMatch(c -> c >= '0' && c <= '9')
        ? Long.parseLong(nonce.substring(0, dot))
        : -1;
  }

  /**
   * Notes a proven use.
   *
   * @return false if this count, or a higher one, was used with the nonce before
   */
  boolean use(String name, String nonce, long count) {
    Uses known = uses.computeIfAbsent(name, n -> new Uses());
    if (count <= known.highest.getOrDefault(nonce, 0L)) {
      return false;
    }
    known.highest.put(nonce, count);
    if (known.highest.size() > MOST_IN_USE) {
      forgetOldest(known, nonce);
    }
    return true;
  }

  private static void forgetOldest(Uses known, String kept) {
    long oldest = Long.MAX_VALUE;
    for (String nonce : known.highest.keySet()) {
      if (stamp(nonce) >= 0) {
        oldest = Math.min(oldest, stamp(nonce));
      }
    }
    known.forgottenUpTo = Math.max(known.forgottenUpTo, oldest);
    Iterator<String> all = known.highest.keySet().iterator();
    while (all.hasNext()) {
      String nonce = all.next();
      if (stamp(nonce) <= known.forgottenUpTo && !nonce.equals(kept)) {
        all.remove();
      }
    }
  }
}
