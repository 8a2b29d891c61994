// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dhcp;

import java.util.List;

/**
 * What an event leads to: the next state and what is to be done about it, in this order.
 *
 * @param next the state from now on
 */
record Step(DhcpState next, List<DhcpState.Effect> effects) {

  Step {
    effects = List.copyOf(effects);
  }

  /** Nothing changes and nothing is to be done. */
  static Step stay(DhcpState state) {
    return new Step(state, List.of());
  }
}
