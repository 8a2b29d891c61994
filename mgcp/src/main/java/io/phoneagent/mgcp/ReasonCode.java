// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.mgcp;

import java.util.Objects;

/**
 * Why an endpoint deletes a connection or restarts (E:, RFC 3435, section 2.5).
 *
 * @param code 0 to 999
 * @param text for people; may be empty
 */
public record ReasonCode(int code, String text) {
  public static final ReasonCode NOMINAL = new ReasonCode(0, "Nominal");
  public static final ReasonCode MALFUNCTION = new ReasonCode(900, "Endpoint malfunctioning");
  public static final ReasonCode OUT_OF_SERVICE =
      new ReasonCode(901, "Endpoint taken out of service");
  public static final ReasonCode LOWER_LAYER_LOST =
      new ReasonCode(902, "Loss of lower layer connectivity");
  public static final ReasonCode RESERVATION_LOST =
      new ReasonCode(903, "QoS resource reservation was lost");
  public static final ReasonCode MANUAL = new ReasonCode(904, "Manual intervention");
  public static final ReasonCode FACILITY_FAILURE = new ReasonCode(905, "Facility failure");

  public ReasonCode {
    Objects.requireNonNull(text, "text");
    if (code < 0 || code > 999) {
      throw new IllegalArgumentException("a reason code has three digits");
    }
  }

  /**
   * Reads one.
   *
   * @throws Refusal 510 if it is none
   */
  public static ReasonCode parse(String text) throws Refusal {
    int code = text.length() < 3 ? -1 : Text.number(text.substring(0, 3));
    if (code < 0 || (text.length() > 3 && text.charAt(3) != ' ')) {
      throw new Refusal(ReturnCode.PROTOCOL_ERROR, "a reason begins with three digits");
    }
    return new ReasonCode(code, text.substring(3).trim());
  }

  @Override
  public String toString() {
    String digits = "" + code / 100 + code / 10 % 10 + code % 10;
    return text.isEmpty() ? digits : digits + ' ' + text;
  }
}
