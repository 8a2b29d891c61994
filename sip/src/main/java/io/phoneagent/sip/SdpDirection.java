// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import java.util.Locale;

/** Which way media flows, seen from who says it (RFC 3264 section 5.1). */
public enum SdpDirection {
  /** Both ways. */
  SENDRECV(true, true),
  /** From here only: how a call is put on hold. */
  SENDONLY(true, false),
  /** To here only: how it is answered to be. */
  RECVONLY(false, true),
  /** Neither way. */
  INACTIVE(false, false);

  private final boolean sends;
  private final boolean receives;

  SdpDirection(boolean sends, boolean receives) {
    this.sends = sends;
    this.receives = receives;
  }

  /** Whether the one who says it sends. */
  public boolean sends() {
    return sends;
  }

  /** Whether the one who says it wants to receive. */
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
