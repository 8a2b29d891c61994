// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.call;

/**
 * One end of a call that is up.
 *
 * @param leg what leads to it
 * @param media its side of the relay
 * @param isBackup whether it stands for somebody who could not be reached, and so has no backup
 */
record Party(CallLeg leg, CallMedia media, boolean isBackup) {}
