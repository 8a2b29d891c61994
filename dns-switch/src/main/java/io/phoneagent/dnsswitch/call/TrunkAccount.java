// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.call;

/**
 * What switch and trunk know each other by, in digest authentication (RFC 3261, section 22).
 *
 * @param user the name that the trunk has for the switch, and the switch for the trunk
 * @param secret what both know; in no text form of this
 * @param isAsked whether the trunk has to prove its calls, as the switch proves its own where it is
 *     asked
 */
public record TrunkAccount(String user, String secret, boolean isAsked) {
  /** The name alone. */
  @Override
  public String toString() {
    return "trunk account " + user;
  }
}
