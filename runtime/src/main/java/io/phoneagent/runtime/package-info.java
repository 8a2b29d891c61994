// SPDX-License-Identifier: Apache-2.0
/** The one clock, timers, and the loop that owns an agent's state. */
@NullMarked
package io.phoneagent.runtime;

import org.jspecify.annotations.NullMarked;
