// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import java.util.Optional;

/**
 * Bytes that are no acceptable SIP message.
 *
 * @param reason what is wrong, without quoting the message's secrets
 * @param statusCode what to answer, or 0 where there is nothing that could be answered
 * @param request the request, if enough of it can be read to answer it
 */
public record Malformed(String reason, int statusCode, Optional<SipRequest> request)
    implements SipInput {
  static Malformed silent(String reason) {
    return new Malformed(reason, 0, Optional.empty());
  }
}
