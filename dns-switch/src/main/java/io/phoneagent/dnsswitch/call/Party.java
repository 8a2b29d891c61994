// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.call;

/**
 * One end of a call that is up, or of one with early media.
 *
 * @param leg what leads to it
 * @param media its side of the relay
 * @param isBackup whether it stands for somebody who could not be reached, and so has no backup
 */
record Party(CallLeg leg, CallMedia media, boolean isBackup) {
  /** Whether its end was told of the other one's media as that is now. */
  boolean knows(Party other) {
    return other
        .leg()
        .remoteSdp()
        .filter(sdp -> leg.localSdp().filter(told -> media.shows(sdp, told)).isPresent())
        .isPresent();
  }
}
