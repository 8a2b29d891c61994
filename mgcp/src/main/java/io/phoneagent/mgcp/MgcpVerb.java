// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.mgcp;

import java.util.Locale;

/**
 * What a command does (RFC 3435, section 3.2.1.1). Case does not matter.
 *
 * @param text four letters or digits, in capital letters
 */
public record MgcpVerb(String text) {
  public static final MgcpVerb ENDPOINT_CONFIGURATION = new MgcpVerb("EPCF");
  public static final MgcpVerb CREATE_CONNECTION = new MgcpVerb("CRCX");
  public static final MgcpVerb MODIFY_CONNECTION = new MgcpVerb("MDCX");
  public static final MgcpVerb DELETE_CONNECTION = new MgcpVerb("DLCX");
  public static final MgcpVerb NOTIFICATION_REQUEST = new MgcpVerb("RQNT");
  public static final MgcpVerb NOTIFY = new MgcpVerb("NTFY");
  public static final MgcpVerb AUDIT_ENDPOINT = new MgcpVerb("AUEP");
  public static final MgcpVerb AUDIT_CONNECTION = new MgcpVerb("AUCX");
  public static final MgcpVerb RESTART_IN_PROGRESS = new MgcpVerb("RSIP");

  public MgcpVerb {
    text = text.toUpperCase(Locale.ROOT);
    if (!isVerb(text)) {
      throw new IllegalArgumentException("a verb is four letters or digits");
    }
  }

  static boolean isVerb(String text) {
    boolean is = text.length() == 4 && Text.isLetter(text.charAt(0));
    for (int i = 1; is && i < 4; i++) {
      is = Text.isLetterOrDigit(text.charAt(i));
    }
    return is;
  }

  @Override
  public String toString() {
    return text;
  }
}
