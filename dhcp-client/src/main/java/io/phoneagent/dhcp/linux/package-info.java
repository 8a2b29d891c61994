// SPDX-License-Identifier: Apache-2.0
/** The DHCP client's link and what it applies, on Linux: packet sockets and netlink, by JNA. */
@NullMarked
package io.phoneagent.dhcp.linux;

import org.jspecify.annotations.NullMarked;
