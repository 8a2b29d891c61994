// SPDX-License-Identifier: Apache-2.0
/** What outlives the switch, in files: durable before anyone is told. */
@NullMarked
package io.phoneagent.dnsswitch.store;

import org.jspecify.annotations.NullMarked;
