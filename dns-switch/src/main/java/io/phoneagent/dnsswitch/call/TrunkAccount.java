// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.call;

import io.phoneagent.sip.DigestAlgorithm;
import java.util.List;

/**
 * What switch and trunk know each other by, in digest authentication (RFC 3261, section 22).
 *
 * @param user the name that the trunk has for the switch, and the switch for the trunk
 * @param secret what both know; in no text form of this
 * @param asked by what the trunk has to prove its calls, the best first; by nothing where it is
 *     empty. The switch proves its own by whatever it is asked for
 */
public record TrunkAccount(String user, String secret, List<DigestAlgorithm> asked) {
  /** Keeps a copy. */
  public TrunkAccount {
    asked = List.copyOf(asked);
  }

  /** The name alone. */
  @Override
  public String toString() {
    return "trunk account " + user;
  }
}
