// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

/** What a reader makes of bytes: a message, or the reason why they are none. */
public sealed interface SipInput permits SipMessage, Malformed {}
