// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import java.util.Locale;

/** Which way media flows, seen from who says it (RFC 3264 section 5.1). */
public enum SdpDirection {
  SENDRECV(true, true),
  SENDONLY(true, false),
  RECVONLY(false, true),
  INACTIVE(false, false);

  private final boolean sends;
  private final boolean receives;

  SdpDirection(boolean sends, boolean receives) {
    this.sends = sends;
    this.receives = receives;
  }

  public boolean sends() {
    return sends;
  }

  public boolean receives() {
    return receives;
  }

  /** The attribute's name. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  static SdpDirection of(boolean sends, boolean receives) {
    if (sends) {
      return receives ? SENDRECV : SENDONLY;
    }
    return receives ? RECVONLY : INACTIVE;
  }

  /** What is answered to an offer of this direction by one who wants the given one. */
  public SdpDirection answered(SdpDirection wanted) {
    return of(wanted.sends && receives, wanted.receives && sends);
  }
}
