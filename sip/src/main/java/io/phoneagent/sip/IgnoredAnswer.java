// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

/** For requests whose answer changes nothing: CANCEL, and the BYE of what is already over. */
final class IgnoredAnswer implements ClientTransaction.Listener {
  static final ClientTransaction.Listener LISTENER = new IgnoredAnswer();

  private IgnoredAnswer() {}

  @Override
  public void onResponse(ClientTransaction transaction, SipResponse response) {}

  @Override
  public void onFailure(ClientTransaction transaction, ClientTransaction.Failure failure) {}
}
