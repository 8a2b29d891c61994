// SPDX-License-Identifier: Apache-2.0
/**
 * Calls: two legs joined by a back-to-back agent, and the backup number where a phone is silent.
 */
@NullMarked
package io.phoneagent.dnsswitch.call;

import org.jspecify.annotations.NullMarked;
