// SPDX-License-Identifier: Apache-2.0
package io.phoneagent;

import io.phoneagent.spi.IpLiteral;
import java.net.InetAddress;
import java.util.Optional;

/**
 * Whom a call is for: a number, and where that has to be a certain phone, the phone's unique
 * address.
 *
 * @param number the number
 * @param uniqueAddress the address that the switch has handed out to the phone ({@link
 *     Assignment#uniqueAddress()}); the call reaches nobody if the number is not that phone's
 */
public record CallTarget(PhoneNumber number, Optional<InetAddress> uniqueAddress) {

  /**
   * Reads {@code +15551230002} or {@code sip:+15551230002@198.18.0.7}.
   *
   * @throws InvalidSettingException if it is neither
   */
  public static CallTarget of(String text) {
    String trimmed = text.trim();
    int at = trimmed.indexOf('@');
    if (at < 0) {
      return new CallTarget(
          PhoneNumber.of(trimmed.startsWith("sip:") ? trimmed.substring(4) : trimmed),
          Optional.empty());
    }
    Optional<InetAddress> address = IpLiteral.parse(trimmed.substring(at + 1));
    if (!trimmed.startsWith("sip:") || !address.isPresent()) {
      throw new InvalidSettingException(
          "call",
          "'"
              + text
              + "' names no phone; write it like sip:+15551230002@198.18.0.7, or the number");
    }
    return new CallTarget(PhoneNumber.of(trimmed.substring(4, at)), address);
  }
}
