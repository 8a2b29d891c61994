// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.phone;

import io.phoneagent.InvalidSettingException;
import io.phoneagent.Transport;

/** Transports as people write them: {@code udp}, {@code tcp}, {@code tls}. */
public final class TransportText {
  private TransportText() {}

  /**
   * Reads one.
   *
   * @throws InvalidSettingException if it is none
   */
  public static Transport parse(String setting, String text) {
    for (Transport each : Transport.values()) {
      if (each.label().equals(text)) {
        return each;
      }
    }
    throw new InvalidSettingException(
        setting, "'" + text + "' is unknown; give one of udp, tcp, tls");
  }
}
