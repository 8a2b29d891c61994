// SPDX-License-Identifier: Apache-2.0
/** Bounds on what others may cause. */
@NullMarked
package io.phoneagent.dnsswitch.limit;

import org.jspecify.annotations.NullMarked;
