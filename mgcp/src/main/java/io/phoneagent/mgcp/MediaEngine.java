// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.mgcp;

import java.util.List;
import java.util.Set;

/**
 * RTP and codecs, which a maker implements. Called on the thread that owns the gateway; must not
 * block. Where its descriptions take no telephone events (RFC 4733), the keys of the line are told
 * to the call agent, which passes them on: then their tones belong out of the audio, or a machine
 * at the other end may hear a key twice.
 *
 * <p>What streams do by themselves it tells the {@link MgcpEndpoint} that {@link MgcpGateway#line}
 * gave: {@link MgcpEndpoint#mediaEvent}, {@link MgcpEndpoint#toneDetected} and, where one has
 * failed, {@link MgcpEndpoint#connectionFailed}.
 */
public interface MediaEngine {
  /**
   * What it can do, a line for each set of codecs, such as {@code a:PCMU;PCMA, p:10-30, e:on,
   * s:off} (A:, RFC 3435, section 3.2.2.13). Packages and modes are added.
   */
  List<String> capabilities();

  /**
   * Opens a stream.
   *
   * @throws Refusal 403 where there is none left, 505, 506, 509, 527 or 534 where the descriptions
   *     do not fit, 517 for a mode that it does not know
   */
  MediaStream open(MediaRequest request) throws Refusal;

  /** The events of the packages R and G that it tells, such as "R/ma" and "G/ft". */
  default Set<String> events() {
    return Set.of();
  }
}
