// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import java.util.Locale;

/**
 * A URI of a scheme that is not spoken here, or a SIP URI that cannot be read.
 *
 * @param text the URI as it was sent
 */
public record OtherUri(String text) implements Uri {
  /** Whether it is of a scheme that is spoken here, and so cannot be read. */
  boolean isBroken() {
    int colon = text.indexOf(':');
    String scheme = colon < 0 ? "" : text.substring(0, colon).toLowerCase(Locale.ROOT);
    return scheme.equals("sip") || scheme.equals("sips") || scheme.equals("tel");
  }

  @Override
  public String number() {
    return "";
  }

  @Override
  public String toString() {
    return text;
  }
}
