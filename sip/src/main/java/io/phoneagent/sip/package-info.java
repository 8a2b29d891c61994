// SPDX-License-Identifier: Apache-2.0
/**
 * SIP and SDP: messages, transactions, dialogs and call sessions, for the phone and the switch
 * alike.
 *
 * <p>Nothing here opens a socket or reads a clock. Each stateful object is owned by one thread:
 * that of the {@link io.phoneagent.runtime.Timers} it is given, such as {@code NioLoop.start}'s.
 *
 * <p>Where to begin:
 *
 * <ul>
 *   <li>{@link SipUserAgent} makes and takes calls, and sends requests such as REGISTER. It is
 *       given timers, a {@link SipTransport} to send by and what it calls itself; what a socket
 *       receives is handed to {@link SipUserAgent#receive}, what a connection brings to a {@link
 *       SipFramer} before that.
 *   <li>{@link SipSession} is one call; {@link SessionListener} hears what becomes of it.
 *   <li>{@link DigestAccount} answers challenges; {@link OfferAnswer} offers and answers audio.
 *   <li>{@link SipTransactions} alone is what a registrar or a proxy builds on; {@link SipReader},
 *       {@link SipRequest#builder} and {@link SipResponse#builder} are the codec.
 * </ul>
 *
 * <p>The example {@code SipAlone} registers and calls in a hundred and fifty lines.
 */
@NullMarked
package io.phoneagent.sip;

import org.jspecify.annotations.NullMarked;
