// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.mgcp;

/** What a reader makes of a part of a datagram: a message, or the reason why it is none. */
public sealed interface MgcpInput permits MgcpMessage, MalformedMgcp {}
