// SPDX-License-Identifier: Apache-2.0
/** DHCP messages and their options, read and written. */
@NullMarked
package io.phoneagent.dhcpmessage;

import org.jspecify.annotations.NullMarked;
