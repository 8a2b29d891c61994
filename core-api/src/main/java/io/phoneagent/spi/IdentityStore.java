// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.spi;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What a device remembers over a restart. Called on the agent's threads; must not block long.
 *
 * <p>A plug-in is a class with a public constructor without parameters that a jar provides as this
 * service, in its module descriptor and in {@code META-INF/services}; a device has one at most, and
 * each agent gets an object of its own.
 */
public interface IdentityStore {

  /** What was kept under this name. */
  Optional<String> get(String name);

  /** Keeps a value under a name of letters, digits and hyphens. */
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
