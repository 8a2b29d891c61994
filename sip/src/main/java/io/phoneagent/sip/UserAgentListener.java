// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import java.util.Optional;

/** Who uses a user agent. Called on the thread that owns it. */
public interface UserAgentListener {
  /**
   * Whether a new request is taken note of at all. If not, it is neither answered nor remembered.
   */
  default boolean hears(SipRequest request, SipPeer from) {
    return true;
  }

  /**
   * Looks at a request before anything else does, except ACK and CANCEL. A refusal is sent once for
   * each time the request comes; nothing is remembered of it.
   *
   * @return how to refuse it, or empty to let it in
   */
  default Optional<Rejection> vet(SipRequest request, SipPeer from) {
    return Optional.empty();
  }

  /**
   * A call comes in. The listener rings, answers or rejects, now or later, and sets its session
   * listener.
   */
  void onIncoming(SipSession session);

  /**
   * A request outside of dialogs other than INVITE, OPTIONS: REGISTER or MESSAGE, for instance.
   *
   * @return true if the listener answers it; otherwise it is answered with 405
   */
  default boolean onRequest(ServerTransaction transaction) {
    return false;
  }

  /** Whether an extension is spoken that a request requires (RFC 3261 section 20.32). */
  default boolean supports(String option, SipRequest request) {
    return false;
  }

  /** What came was no message. */
  default void onMalformed(Malformed malformed, SipPeer from) {}
}
