// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import io.phoneagent.PhoneAgentException;

/**
 * A message that was put together without what it must have. Never thrown for what came from the
 * network.
 */
public final class InvalidMessageException extends PhoneAgentException {
  private static final long serialVersionUID = 1L;

  InvalidMessageException(String message) {
    super(message);
  }
}
