// SPDX-License-Identifier: Apache-2.0
/** Where the switch itself is reached, where that changes: found out, remembered, told to DNS. */
@NullMarked
package io.phoneagent.dnsswitch.place;

import org.jspecify.annotations.NullMarked;
