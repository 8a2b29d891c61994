// SPDX-License-Identifier: Apache-2.0
/** Flows of phones: bound, restored after a restart, and kept in the registry. */
@NullMarked
package io.phoneagent.dnsswitch.flow;

import org.jspecify.annotations.NullMarked;
