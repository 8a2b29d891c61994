// SPDX-License-Identifier: Apache-2.0
/**
 * SIP and SDP: messages, transactions, dialogs and call sessions, for the phone and the switch
 * alike.
 *
 * <p>Nothing here opens a socket or reads a clock. Each stateful object is owned by one thread.
 */
@NullMarked
package io.phoneagent.sip;

import org.jspecify.annotations.NullMarked;
