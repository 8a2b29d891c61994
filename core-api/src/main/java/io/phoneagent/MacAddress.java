// SPDX-License-Identifier: Apache-2.0
package io.phoneagent;

import java.util.Locale;

/**
 * A 48-bit Ethernet hardware address (IEEE 802).
 *
 * @param text six pairs of lower-case hexadecimal digits, separated by colons
 */
public record MacAddress(String text) {
  private static final int LENGTH = 17;

  /** Checks the form; see {@link #of(String)} for reading other spellings. */
  public MacAddress {
    if (!isCanonical(text)) {
      throw wrong(text);
    }
    if ((Character.digit(text.charAt(1), 16) & 1) != 0 || text.equals("00:00:00:00:00:00")) {
      throw new InvalidSettingException(
          "MAC address", "'" + text + "' is a group or empty address; give the device's own");
    }
  }

  /**
   * Reads the usual spellings: {@code 02:00:00:00:01:64}, {@code 02-00-00-00-01-64}, {@code
   * 0200.0000.0164} or {@code 020000000164}, in either case.
   *
   * @throws InvalidSettingException if it is none of them, or not the address of one device
   */
  public static MacAddress of(String text) {
    if (isCanonical(text)) {
      return new MacAddress(text);
    }
    String digits = text.replaceAll("[-:.]", "").toLowerCase(Locale.ROOT);
    if (digits.length() != 12) {
      throw wrong(text);
    }
    StringBuilder canonical = new StringBuilder(LENGTH);
    for (int i = 0; i < 12; i += 2) {
      if (i > 0) {
        canonical.append(':');
      }
      canonical.append(digits, i, i + 2);
    }
    String spelled = canonical.toString();
    if (!isCanonical(spelled)) {
      throw wrong(text);
    }
    return new MacAddress(spelled);
  }

  /**
   * The address as an interface gives it.
   *
   * @param octets six octets
   * @throws InvalidSettingException if there are not six of them
   */
  public static MacAddress of(byte[] octets) {
    StringBuilder digits = new StringBuilder();
    for (byte octet : octets) {
      digits.append(Character.forDigit((octet >> 4) & 0xF, 16));
      digits.append(Character.forDigit(octet & 0xF, 16));
    }
    return of(digits.toString());
  }

  private static boolean isCanonical(String text) {
    if (text.length() != LENGTH) {
      return false;
    }
    for (int i = 0; i < LENGTH; i++) {
      char c = text.charAt(i);
      boolean fits = i % 3 == 2 ? c == ':' : (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
      if (!fits) {
        return false;
      }
    }
    return true;
  }

  private static InvalidSettingException wrong(String text) {
    return new InvalidSettingException(
        "MAC address", "'" + text + "' is not one; write it like 02:00:00:00:01:64");
  }

  /** The canonical text. */
  @Override
  public String toString() {
    return text;
  }
}
