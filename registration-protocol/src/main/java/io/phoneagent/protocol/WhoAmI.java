// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.protocol;

import io.phoneagent.InvalidSettingException;
import java.net.InetAddress;

/**
 * What {@code GET /v1/whoami} answers: where the question came from, as the switch sees it.
 *
 * @param address the source address
 * @param port the source port
 */
public record WhoAmI(InetAddress address, int port) {
  /** The resource. */
  public static final String PATH = "/v1/whoami";

  /** Checks the port. */
  public WhoAmI {
    if (port < 0 || port > 65535) {
      throw new InvalidSettingException("port", port + " is not from 0 to 65535");
    }
  }
}
