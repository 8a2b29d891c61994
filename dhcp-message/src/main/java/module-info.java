// SPDX-License-Identifier: Apache-2.0
/** DHCP messages, as client and switch send them. */
module io.phoneagent.dhcpmessage {
  requires transitive io.phoneagent;

  exports io.phoneagent.dhcpmessage;
}
