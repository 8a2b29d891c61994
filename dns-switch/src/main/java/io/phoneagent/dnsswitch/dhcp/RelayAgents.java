// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.dhcp;

import io.phoneagent.MacAddress;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Behind which relay agent a device last had its address. A renewal that it sends by itself does
 * not say, and an acknowledgement without the way out would take that from the device. What is
 * remembered holds for the source that said it, the firewall: whoever forges a request from
 * elsewhere does not lead the device's traffic to another router. Thread-safe.
 */
final class RelayAgents {
  /** Sources remembered for a device: it may be carried from one firewall to another. */
  private static final int MOST_SOURCES = 4;

  private final Map<MacAddress, Map<InetAddress, Inet4Address>> bySource = new HashMap<>();

  /** Remembers an acknowledged request. */
  synchronized void remember(MacAddress mac, InetAddress source, Inet4Address relay) {
    bySource.computeIfAbsent(mac, m -> new Latest()).put(source, relay);
  }

  /** Behind which one a device is that sends from there by itself; empty if not known. */
  synchronized Optional<Inet4Address> find(MacAddress mac, InetAddress source) {
    return Optional.ofNullable(bySource.getOrDefault(mac, Map.of()).get(source));
  }

  private static final class Latest extends LinkedHashMap<InetAddress, Inet4Address> {
    private static final long serialVersionUID = 1L;

    Latest() {
      super(8, 0.75f, true);
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<InetAddress, Inet4Address> eldest) {
      return size() > MOST_SOURCES;
    }
  }
}
