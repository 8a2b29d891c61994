// SPDX-License-Identifier: Apache-2.0
package io.phoneagent;

import java.time.Instant;

/**
 * One change of state and why it happened, or something that did not work and changed no state.
 *
 * @param at when, by the device's own clock
 * @param subject what changed: {@code agent}, or a line's number
 * @param cause why, for people to read
 * @param from the state before, or the value of a setting; empty where there is none to name
 * @param to the state after, in the same way
 */
public record TimelineEntry(Instant at, String subject, String cause, String from, String to) {}
