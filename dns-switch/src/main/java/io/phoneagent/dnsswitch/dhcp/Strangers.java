// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.dhcp;

import io.phoneagent.MacAddress;
import io.phoneagent.runtime.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Which devices that no account names are worth a line in the log. MACs can be forged by the
 * million: a device is told once in ten minutes, and no more than ten a minute are. Thread-safe.
 */
final class Strangers {
  private static final long AGAIN = Duration.ofMinutes(10).toNanos();
  private static final long WINDOW = Duration.ofMinutes(1).toNanos();
  private static final int MOST_PER_WINDOW = 10;

  /** More than are told within ten minutes, which touch eleven windows. */
  private static final int MOST_REMEMBERED = 128;

  private final Clock clock;
  private final Map<MacAddress, Long> told = new Latest();
  private long windowBegan;
  private int inWindow;

  Strangers(Clock clock) {
    this.clock = clock;
    this.windowBegan = clock.nanos();
  }

  /** Whether to tell it now; if so, it has been told. */
  synchronized boolean isNews(MacAddress mac) {
    long now = clock.nanos();
    Long before = told.get(mac);
    if (before != null && now - before < AGAIN) {
      return false;
    }
    if (now - windowBegan >= WINDOW) {
      windowBegan = now;
      inWindow = 0;
    }
    if (inWindow == MOST_PER_WINDOW) {
      return false; // not remembered: it asks again, and has its turn when there is room
    }
    inWindow++;
    told.remove(mac);
    told.put(mac, now);
    return true;
  }

  /** How many are remembered. */
  synchronized int remembered() {
    return told.size();
  }

  /** The one told longest ago makes room. */
  private static final class Latest extends LinkedHashMap<MacAddress, Long> {
    private static final long serialVersionUID = 1L;

    @Override
    protected boolean removeEldestEntry(Map.Entry<MacAddress, Long> eldest) {
      return size() > MOST_REMEMBERED;
    }
  }
}
