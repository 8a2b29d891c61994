// SPDX-License-Identifier: Apache-2.0
/**
 * Plain SIP phones: who registers by REGISTER (RFC 3261, section 10), and where each is reached.
 */
@NullMarked
package io.phoneagent.dnsswitch.registrar;

import org.jspecify.annotations.NullMarked;
