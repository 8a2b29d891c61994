// SPDX-License-Identifier: Apache-2.0
/** The SIP stack without the agent. */
@NullMarked
package io.phoneagent.examples.stack;

import org.jspecify.annotations.NullMarked;
