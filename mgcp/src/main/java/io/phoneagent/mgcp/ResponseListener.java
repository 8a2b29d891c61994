// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.mgcp;

/** Who waits for the response to a command. Called on the thread that owns the transactions. */
public interface ResponseListener {
  /** The final response; called once, and nothing after it. */
  void onResponse(MgcpResponse response);

  /** There will be none: nobody at any of the addresses answered. Called instead of the other. */
  void onTimeout();

  /** A provisional response; may come more than once. */
  default void onProvisional(MgcpResponse response) {}
}
