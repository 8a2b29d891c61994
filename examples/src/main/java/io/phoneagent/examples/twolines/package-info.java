// SPDX-License-Identifier: Apache-2.0
/** One device with two numbers. */
@NullMarked
package io.phoneagent.examples.twolines;

import org.jspecify.annotations.NullMarked;
