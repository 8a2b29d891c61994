// SPDX-License-Identifier: Apache-2.0
package io.phoneagent;

/** What becomes of the registration when an agent stops. */
public enum StopMode {
  /**
   * It stays in force, for a device that restarts: the switch goes on trying the phone, and rings
   * its backup number meanwhile.
   */
  KEEP_REGISTRATION,
  /** It is taken back, and a leased address given back: calls go to the backup number at once. */
  LEAVE
}
