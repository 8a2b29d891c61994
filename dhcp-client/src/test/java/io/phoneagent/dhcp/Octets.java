// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dhcp;

import java.util.HexFormat;

/** Octets as a test writes them: in hexadecimal digits, with spaces. */
final class Octets {
  private Octets() {}

  static byte[] of(String hex) {
    return HexFormat.of().parseHex(hex.replaceAll("\\s", ""));
  }

  /** A reply for {@link VirtualLink#MAC} with these options and fields. */
  static byte[] reply(String name, String file, String options) {
    return of(
        "02010600 01020304 0000 0000 00000000 c0a80164 c0a80101 00000000"
            + " 020000000164 00000000000000000000"
            + padded(name, 64)
            + padded(file, 128)
            + " 63825363 "
            + options);
  }

  private static String padded(String hex, int length) {
    String digits = hex.replaceAll("\\s", "");
    return digits + "00".repeat(length - digits.length() / 2);
  }
}
