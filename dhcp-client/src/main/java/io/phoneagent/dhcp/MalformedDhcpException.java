// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dhcp;

/** What came is no message that can be read; it is dropped. */
final class MalformedDhcpException extends Exception {
  private static final long serialVersionUID = 1L;

  MalformedDhcpException(String message) {
    super(message);
  }
}
