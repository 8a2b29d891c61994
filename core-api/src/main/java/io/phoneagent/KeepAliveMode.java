// SPDX-License-Identifier: Apache-2.0
package io.phoneagent;

/** How often an idle flow is kept alive. */
public enum KeepAliveMode {
  /** As often as the switch and {@code keep-alive-interval} say. */
  FIXED,
  /**
   * As seldom as this network's firewall was measured to allow and the switch permits; as in {@link
   * #FIXED} until that is known, and whenever it is in doubt.
   */
  ADAPTIVE
}
