// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.spi;

/** From where a source looks at the public address. */
public enum Viewpoint {
  /** On the firewall: it says what address the firewall has. */
  GATEWAY,
  /**
   * Outside: it says from what address the internet is reached. Behind two NATs that is another.
   */
  OUTSIDE
}
