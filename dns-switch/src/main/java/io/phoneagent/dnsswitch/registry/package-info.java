// SPDX-License-Identifier: Apache-2.0
/** Number to binding: served from memory, durable before the answer. */
@NullMarked
package io.phoneagent.dnsswitch.registry;

import org.jspecify.annotations.NullMarked;
