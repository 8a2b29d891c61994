// SPDX-License-Identifier: Apache-2.0
package io.phoneagent;

/**
 * A session description in SDP (RFC 8866): an offer or an answer (RFC 3264).
 *
 * @param sdp the text, its lines ended by CR LF
 */
public record MediaDescription(String sdp) {}
