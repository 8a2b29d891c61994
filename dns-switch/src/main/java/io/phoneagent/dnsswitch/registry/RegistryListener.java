// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.registry;

/**
 * Told of every change of a binding, in order, on the executor given to the registry. The binding
 * is as it was right after that change; {@link Registry#find} may already know more.
 */
public interface RegistryListener {

  /** A number registered, for the first time or again. It has a new key that has not bound yet. */
  default void registered(Binding binding) {}

  /** The current key has bound; the previous one is no longer good. */
  default void rekeyed(Binding binding) {}

  /**
   * A number is registered no more.
   *
   * @param last what it was
   * @param cause why, for people
   */
  default void removed(Binding last, String cause) {}
}
