// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.mgcp;

import java.util.Locale;
import java.util.Set;

/**
 * The name of a parameter line (RFC 3435, section 3.2.2). Case does not matter.
 *
 * @param text in capital letters
 */
public record ParameterName(String text) {
  public static final ParameterName RESPONSE_ACK = new ParameterName("K");
  public static final ParameterName BEARER_INFORMATION = new ParameterName("B");
  public static final ParameterName CALL_ID = new ParameterName("C");
  public static final ParameterName CONNECTION_ID = new ParameterName("I");
  public static final ParameterName SECOND_CONNECTION_ID = new ParameterName("I2");
  public static final ParameterName NOTIFIED_ENTITY = new ParameterName("N");
  public static final ParameterName REQUEST_IDENTIFIER = new ParameterName("X");
  public static final ParameterName CONNECTION_OPTIONS = new ParameterName("L");
  public static final ParameterName MODE = new ParameterName("M");
  public static final ParameterName REQUESTED_EVENTS = new ParameterName("R");
  public static final ParameterName SIGNAL_REQUESTS = new ParameterName("S");
  public static final ParameterName DIGIT_MAP = new ParameterName("D");
  public static final ParameterName OBSERVED_EVENTS = new ParameterName("O");
  public static final ParameterName CONNECTION_PARAMETERS = new ParameterName("P");
  public static final ParameterName REASON_CODE = new ParameterName("E");
  public static final ParameterName SPECIFIC_ENDPOINT = new ParameterName("Z");
  public static final ParameterName SECOND_ENDPOINT = new ParameterName("Z2");
  public static final ParameterName ENDPOINT_COUNT = new ParameterName("ZN");
  public static final ParameterName MOST_ENDPOINTS = new ParameterName("ZM");
  public static final ParameterName REQUESTED_INFO = new ParameterName("F");
  public static final ParameterName QUARANTINE_HANDLING = new ParameterName("Q");
  public static final ParameterName DETECT_EVENTS = new ParameterName("T");
  public static final ParameterName RESTART_METHOD = new ParameterName("RM");
  public static final ParameterName RESTART_DELAY = new ParameterName("RD");
  public static final ParameterName CAPABILITIES = new ParameterName("A");
  public static final ParameterName EVENT_STATES = new ParameterName("ES");
  public static final ParameterName PACKAGE_LIST = new ParameterName("PL");
  public static final ParameterName MOST_DATAGRAM = new ParameterName("MD");
  public static final ParameterName REMOTE_DESCRIPTION = new ParameterName("RC");
  public static final ParameterName LOCAL_DESCRIPTION = new ParameterName("LC");

  private static final Set<String> MAY_REPEAT = Set.of("Z", "A");

  public ParameterName {
    text = text.toUpperCase(Locale.ROOT);
  }

  /** One that the RFC does not define: X-..., X+... or PACKAGE/... */
  public boolean isExtension() {
    return text.startsWith("X-") || text.startsWith("X+") || text.indexOf('/') > 0;
  }

  /** An extension that a receiver must refuse the command for, where it does not know it. */
  public boolean isMandatoryExtension() {
    return isExtension() && !text.startsWith("X-");
  }

  boolean mayRepeat() {
    return isExtension() || MAY_REPEAT.contains(text);
  }

  static boolean isName(String text) {
    if (text.isEmpty() || text.length() > 64) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!Text.isLetterOrDigit(c) && "-+/_".indexOf(c) < 0) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String toString() {
    return text;
  }
}
