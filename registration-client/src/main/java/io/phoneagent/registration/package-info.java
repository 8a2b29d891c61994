// SPDX-License-Identifier: Apache-2.0
/**
 * The agent in the phone: its state machines, the loop that runs them, and what they reach the
 * network with.
 */
@NullMarked
package io.phoneagent.registration;

import org.jspecify.annotations.NullMarked;
