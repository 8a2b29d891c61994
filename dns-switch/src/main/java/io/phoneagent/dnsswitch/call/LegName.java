// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.call;

/**
 * What an end calls itself; nobody has to believe it.
 *
 * @param number as it was written, with the plus or without; may be empty
 * @param display for people; may be empty
 */
record LegName(String number, String display) {}
