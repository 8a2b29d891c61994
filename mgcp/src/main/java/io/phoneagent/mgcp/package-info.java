// SPDX-License-Identifier: Apache-2.0
/**
 * MGCP 1.0 (RFC 3435) with the packages L, D, G and R (RFC 3660): messages, transactions and digit
 * maps for endpoint and call agent alike, and the endpoint of an analogue line.
 *
 * <p>Nothing here opens a socket or reads a clock. Each stateful object is owned by one thread:
 * that of the {@link io.phoneagent.runtime.Timers} it is given, such as {@code NioLoop.start}'s.
 *
 * <p>Where to begin:
 *
 * <ul>
 *   <li>{@link MgcpGateway} is an adapter. It is given timers, an {@link MgcpTransport} to send by
 *       and {@link CallAgents}, which knows who controls it; what a socket receives is handed to
 *       {@link MgcpGateway#receive}.
 *   <li>{@link MgcpGateway#line} adds a telephone: the maker implements {@link AnalogPort} and
 *       {@link MediaEngine}, and tells the {@link MgcpEndpoint} what the telephone does.
 *   <li>{@link MgcpTransactions} alone is what a call agent builds on; {@link MgcpReader}, {@link
 *       MgcpCommand} and {@link MgcpResponse} are the codec, {@link DigitMap} says when a number is
 *       complete.
 * </ul>
 */
@NullMarked
package io.phoneagent.mgcp;

import org.jspecify.annotations.NullMarked;
