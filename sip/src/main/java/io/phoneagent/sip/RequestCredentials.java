// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import java.util.Optional;

/** Gives outgoing requests what authenticates them. */
public interface RequestCredentials {
  /** The field to send along without being asked, if any. */
  Optional<HeaderField> preemptive(SipMethod method, String uri);

  /** The field that answers a 401 or 407, if it can be answered. */
  Optional<HeaderField> answer(SipResponse challenge, SipMethod method, String uri);

  /** No credentials at all. */
  static RequestCredentials none() {
    return new RequestCredentials() {
      @Override
      public Optional<HeaderField> preemptive(SipMethod method, String uri) {
        return Optional.empty();
      }

      @Override
      public Optional<HeaderField> answer(SipResponse challenge, SipMethod method, String uri) {
        return Optional.empty();
      }
    };
  }
}
