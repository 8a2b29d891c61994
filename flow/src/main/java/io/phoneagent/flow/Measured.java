// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.flow;

import java.time.Duration;

/**
 * What the switch says to a measuring request.
 *
 * @param noted whether it has the phone's second mapping, and has sent through it if it was asked
 * @param longest how long the phone may be silent at most, in whole seconds from 0 to 65535; 0 for
 *     no longer than it was told at its registration
 */
public record Measured(boolean noted, Duration longest) {}
