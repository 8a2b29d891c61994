// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.phone;

import java.util.Random;

/**
 * What an end proves its media path with (RFC 8445, section 5.3). The password is in no text.
 *
 * @param fragment names the end
 * @param password its secret
 */
record IceCredentials(String fragment, String password) {
  private static final String CHARACTERS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

  /**
   * New ones, of more than the 24 and 128 bits that ICE asks for.
   *
   * @param random unpredictable for others
   */
  static IceCredentials next(Random random) {
    return new IceCredentials(token(random, 8), token(random, 24));
  }

  private static String token(Random random, int length) {
    StringBuilder text = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      text.append(CHARACTERS.charAt(random.nextInt(CHARACTERS.length())));
    }
    return text.toString();
  }

  @Override
  public String toString() {
    return fragment;
  }
}
