// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

/**
 * A URI of a scheme that is not spoken here, or a SIP URI that cannot be read.
 *
 * @param text the URI as it was sent
 */
public record OtherUri(String text) implements Uri {
  @Override
  public String number() {
    return "";
  }

  @Override
  public String toString() {
    return text;
  }
}
