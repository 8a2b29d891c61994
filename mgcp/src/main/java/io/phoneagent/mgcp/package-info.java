// SPDX-License-Identifier: Apache-2.0
/**
 * MGCP 1.0 (RFC 3435) with the packages L, D, G and R (RFC 3660): messages, transactions and digit
 * maps for endpoint and call agent alike, and the endpoint of an analogue line.
 *
 * <p>Nothing here opens a socket or reads a clock. Each stateful object is owned by one thread.
 */
@NullMarked
package io.phoneagent.mgcp;

import org.jspecify.annotations.NullMarked;
