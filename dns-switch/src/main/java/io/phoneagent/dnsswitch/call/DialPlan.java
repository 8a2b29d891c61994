// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.call;

import io.phoneagent.PhoneNumber;
import java.util.Optional;

/**
 * What people dial: the whole number in E.164 without the plus, or with 00 in its place. Numbers of
 * country code 1 have eleven digits, and end the dialling; others end with # or a pause.
 */
final class DialPlan {
  /** As a digit map of MGCP (RFC 3435, section 2.1.5). */
  static final String MAP =
      "(1xxxxxxxxxx|001xxxxxxxxxx|[2-9]xxxxxx.T|[2-9]xxxxxx.#|00[2-9]xxxxxx.T|00[2-9]xxxxxx.#)";

  private DialPlan() {}

  /**
   * The number that was dialled; empty if it is none.
   *
   * @param keys in their order, with T for a pause
   */
  static Optional<PhoneNumber> number(String keys) {
    String digits =
        keys.endsWith("T") || keys.endsWith("#") ? keys.substring(0, keys.length() - 1) : keys;
    String whole = "+" + (digits.startsWith("00") ? digits.substring(2) : digits);
    return PhoneNumber.isE164(whole) ? Optional.of(new PhoneNumber(whole)) : Optional.empty();
  }
}
