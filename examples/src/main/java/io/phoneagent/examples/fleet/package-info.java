// SPDX-License-Identifier: Apache-2.0
/** Thousands of phones in one process, for load. */
@NullMarked
package io.phoneagent.examples.fleet;

import org.jspecify.annotations.NullMarked;
