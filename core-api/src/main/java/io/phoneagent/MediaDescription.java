// SPDX-License-Identifier: Apache-2.0
package io.phoneagent;

import java.util.Objects;

/**
 * A session description in SDP (RFC 8866): an offer or an answer (RFC 3264).
 *
 * @param sdp the text, its lines ended by CR LF
 */
public record MediaDescription(String sdp) {

  /** Refuses null. */
  public MediaDescription {
    Objects.requireNonNull(sdp, "sdp");
  }
}
