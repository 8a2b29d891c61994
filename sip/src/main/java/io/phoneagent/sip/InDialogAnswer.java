// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

/**
 * The answer to a BYE, INFO or OPTIONS: what matters is whether the dialog is gone (RFC 3261
 * 12.2.1.2).
 */
final class InDialogAnswer implements Exchange.Listener {
  private final SipSession session;
  private final Runnable there;

  InDialogAnswer(SipSession session) {
    this(session, () -> {});
  }

  InDialogAnswer(SipSession session, Runnable there) {
    this.session = session;
    this.there = there;
  }

  @Override
  public void onResponse(SipRequest request, SipResponse response) {
    if (response.status() == 481 || response.status() == 408) {
      lostUnlessEnded(response.status(), response.reason());
    } else if (!response.isProvisional()) {
      there.run();
    }
  }

  @Override
  public void onFailure(ClientTransaction.Failure failure) {
    lostUnlessEnded(failure.status(), "no answer in the dialog");
  }

  private void lostUnlessEnded(int status, String reason) {
    if (session.state() == SessionState.ESTABLISHED) {
      session.lost(status, reason);
    }
  }
}
