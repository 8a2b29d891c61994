// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.call;

import java.util.Optional;

/**
 * Why a leg is over.
 *
 * @param status the status of SIP that says it, 200 for a hang-up
 * @param there whether its end wanted it
 * @param retryAfter in how many seconds its end wants to be called again, in digits
 */
record LegEnd(int status, boolean there, Optional<String> retryAfter) {
  LegEnd(int status, boolean there) {
    this(status, there, Optional.empty());
  }
}
