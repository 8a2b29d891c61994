// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/** What the parts of several agents have in common, made once. On one loop. */
final class Common {
  private record Key(Class<?> type, String name) {}

  private final Map<Key, Object> made = new HashMap<>();

  <T> T get(Class<T> type, String name, Supplier<T> maker) {
    return type.cast(made.computeIfAbsent(new Key(type, name), key -> maker.get()));
  }
}
