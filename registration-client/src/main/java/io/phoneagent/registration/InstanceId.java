// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import io.phoneagent.MacAddress;
import io.phoneagent.spi.IdentityStore;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;

/** The name of a device that stays the same over restarts and changes (RFC 5626 section 4.1). */
final class InstanceId {
  private static final String STORED = "sip-instance";
  private static final String UUID_TEXT =
      "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";

  private InstanceId() {}

  /** Of the hardware address; of a device without one, a number that it keeps. */
  static String of(Optional<MacAddress> mac, IdentityStore store, Random random) {
    if (mac.isPresent()) {
      return "urn:uuid:00000000-0000-1000-8000-"
          + mac.get().toString().replace(":", "").toLowerCase(Locale.ROOT);
    }
    Optional<String> kept = store.get(STORED).filter(k -> k.matches(UUID_TEXT));
    if (kept.isPresent()) {
      return "urn:uuid:" + kept.get();
    }
    // Version 4, variant 2 (RFC 9562 section 5.4).
    long high = (random.nextLong() & ~0xF000L) | 0x4000L;
    long low = (random.nextLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
    String made = new UUID(high, low).toString();
    store.put(STORED, made);
    return "urn:uuid:" + made;
  }
}
