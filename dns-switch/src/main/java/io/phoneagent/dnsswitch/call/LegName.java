// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.call;

import io.phoneagent.PhoneNumber;

/**
 * What an end calls itself; nobody has to believe it.
 *
 * @param number as it was written, with the plus or without; may be empty
 * @param display for people; may be empty
 */
record LegName(String number, String display) {
  /** Digits only: what a stranger calls itself does not go into the log. */
  String inLog() {
    return PhoneNumber.isE164(number) ? number : "somebody";
  }
}
