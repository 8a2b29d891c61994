// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.registry;

import io.phoneagent.protocol.FlowKey;

/**
 * A key and the highest counter seen with it.
 *
 * @param key the key; its text is its name only
 * @param counter after a restart this may be up to {@link Registry#COUNTER_STRIDE} behind; binds of
 *     before the restart are refused all the same, because their nonce is of another boot
 */
public record KeyState(FlowKey key, long counter) {
  KeyState counter(long seen) {
    return seen <= counter ? this : new KeyState(key, seen);
  }
}
