// SPDX-License-Identifier: Apache-2.0
/** Virtual time and a virtual network, for tests. */
module io.phoneagent.testkit {
  requires transitive io.phoneagent;
  requires transitive io.phoneagent.runtime;

  exports io.phoneagent.testkit;
}
