// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dhcpmessage;

/** What came is no message that can be read; it is dropped. */
public final class MalformedDhcpException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Says why. */
  public MalformedDhcpException(String message) {
    super(message);
  }
}
