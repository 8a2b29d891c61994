// SPDX-License-Identifier: Apache-2.0
/** DHCP for phones behind relay agents: unique addresses for those that know nothing of us. */
@NullMarked
package io.phoneagent.dnsswitch.dhcp;

import org.jspecify.annotations.NullMarked;
