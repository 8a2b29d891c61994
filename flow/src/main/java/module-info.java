// SPDX-License-Identifier: Apache-2.0
/** STUN, and the flow between a phone and its switch that is bound with it. */
module io.phoneagent.flow {
  requires transitive io.phoneagent;
  requires transitive io.phoneagent.runtime;

  exports io.phoneagent.flow;
}
