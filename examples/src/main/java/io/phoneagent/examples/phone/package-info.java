// SPDX-License-Identifier: Apache-2.0
/** A telephone for the terminal: the SDK, a way to command it, and audio in G.711. */
@NullMarked
package io.phoneagent.examples.phone;

import org.jspecify.annotations.NullMarked;
