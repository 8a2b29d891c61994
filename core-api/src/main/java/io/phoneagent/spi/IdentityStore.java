// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.spi;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What a device remembers over a restart. Called on the agent's threads, also on several at once;
 * must not block long: the agent waits.
 *
 * <p>The SDK keeps here
 *
 * <ul>
 *   <li>{@code switches-of-DOMAIN}, with hyphens for the domain's dots: the switches that the
 *       domain named last. Asked for when the agent is built or its settings name the domain, put
 *       when DNS names others. Up to some kilobytes;
 *   <li>{@code registrars-of-DOMAIN}: the same for a SIP registrar's domain, with {@code
 *       .TRANSPORT} behind it where one was set;
 *   <li>{@code sip-instance}: a random name for a device without a hardware address. Asked for and
 *       put at the first registration with a SIP registrar. 36 characters;
 *   <li>{@code addresses-of-HOST}: where a switch's name last led. Asked for at each look-up, put
 *       when it leads elsewhere. Some hundred characters at most, as a rule;
 *   <li>{@code dhcp-INTERFACE}: the address leased last and its server, where the agent leases it.
 *       Asked for at the start, put when another address is leased. Some 30 characters.
 * </ul>
 *
 * <p>Names are of letters, digits, hyphens and dots, and have up to 270 characters; lines of one
 * device share them. Values are ASCII without line breaks, may be empty, and hold no secret. What
 * is lost or old costs time at a start and nothing else.
 *
 * <p>What a method throws is told ({@link io.phoneagent.AgentListener#disrupted}), as if nothing
 * were kept; the agent goes on.
 *
 * <p>A plug-in is a class with a public constructor without parameters that a jar provides as this
 * service, in its module descriptor and in {@code META-INF/services}; a device has one at most, and
 * each agent gets an object of its own.
 */
public interface IdentityStore {

  /** What was kept under this name; empty if nothing was, never null. */
  Optional<String> get(String name);

  /** Keeps a value under this name, instead of what was kept before. */
  void put(String name, String value);

  /** Remembers until the process ends. */
  static IdentityStore inMemory() {
    Map<String, String> values = new ConcurrentHashMap<>();
    return new IdentityStore() {
      @Override
      public Optional<String> get(String name) {
        return Optional.ofNullable(values.get(name));
      }

      @Override
      public void put(String name, String value) {
        values.put(name, value);
      }
    };
  }
}
