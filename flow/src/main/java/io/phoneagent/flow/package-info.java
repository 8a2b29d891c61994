// SPDX-License-Identifier: Apache-2.0
/**
 * The flow between a phone and its switch: one path through the firewall, bound with STUN (RFC
 * 8489), kept alive, and moved when the firewall's address changes. Bytes and time go in, bytes and
 * timers come out; nothing here opens a socket.
 */
@NullMarked
package io.phoneagent.flow;

import org.jspecify.annotations.NullMarked;
