// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.call;

import io.phoneagent.sip.HeaderField;
import io.phoneagent.sip.HeaderName;
import io.phoneagent.sip.Rejection;
import io.phoneagent.sip.SessionEnd;
import io.phoneagent.sip.SipPeer;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What the refusal of a called leg means. */
final class Refusals {
  // What a device cannot take, or its switch cannot say to it: 413 to 416, 420 and so on.
  private static final Set<Integer> INCAPABLE = Set.of(413, 414, 415, 416, 420, 421, 488, 493, 494);
  private static final int LONGEST_DIGITS = 5;
  private static final int MOST_SECONDS = 3_600;

  private Refusals() {}

  /**
   * What the caller is told of it: a trunk's own word, for a phone whether it is there. That
   * whoever was called is overloaded says nothing of this switch, so 503 stays behind it (RFC 3261,
   * section 16.7); how long that lasts is passed on.
   */
  static Rejection told(SipPeer by, LegEnd end) {
    int status = told(by, end.status());
    boolean mayWait = end.there() && (status == 480 || status == 486 || status == 500);
    return new Rejection(
        status,
        end.retryAfter()
            .filter(seconds -> mayWait)
            .map(seconds -> List.of(new HeaderField(HeaderName.RETRY_AFTER, seconds)))
            .orElse(List.of()));
  }

  /** In how many seconds a refusal asks to be called again, an hour at most. */
  static Optional<String> retryAfter(SessionEnd end) {
    String value = end.message().flatMap(m -> m.header(HeaderName.RETRY_AFTER)).orElse("");
    int length = 0;
    while (length < value.length() && value.charAt(length) >= '0' && value.charAt(length) <= '9') {
      length++;
    }
    if (length == 0) {
      return Optional.empty();
    }
    int seconds =
        length > LONGEST_DIGITS ? MOST_SECONDS : Integer.parseInt(value.substring(0, length));
    return Optional.of(Integer.toString(Math.min(MOST_SECONDS, seconds)));
  }

  /** The status alone. */
  static int told(SipPeer by, int status) {
    if (by instanceof Peers.Trunk && status == 503) {
      return 500;
    }
    boolean own = by instanceof Peers.Trunk && status >= 400 && status != 401 && status != 407;
    if (own) {
      return status;
    }
    return INCAPABLE.contains(status) ? 488 : isUnreachable(status) ? 480 : status;
  }

  /**
   * What a phone that cannot be reached, an SDK without a person behind it, or a device that cannot
   * take what the caller offers answers: somebody else may.
   */
  static boolean isUnreachable(int status) {
    return status == 408
        || status == 430
        || status == 480
        || status == 404
        || status == 481
        || INCAPABLE.contains(status)
        || status < 400 // a hang-up without an answer, or sent elsewhere
        || status == 401 // asks the switch, not the caller, for a proof
        || status == 407
        || (status >= 500 && status < 600);
  }
}
