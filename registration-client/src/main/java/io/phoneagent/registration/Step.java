// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import java.util.List;

/**
 * What an event leads to: the next state, what is to be done about it, and why.
 *
 * @param next the state from now on
 * @param effects to be carried out in this order
 * @param cause of the change, for the timeline
 */
record Step<S, E>(S next, List<E> effects, String cause) {

  Step {
    effects = List.copyOf(effects);
  }

  /** Nothing changes and nothing is to be done. */
  static <S, E> Step<S, E> stay(S state) {
    return new Step<>(state, List.of(), "");
  }
}
