// SPDX-License-Identifier: Apache-2.0
/** The DHCP client: messages, states, and the ports to a link and to what holds the address. */
@NullMarked
package io.phoneagent.dhcp;

import org.jspecify.annotations.NullMarked;
