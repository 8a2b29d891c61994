// SPDX-License-Identifier: Apache-2.0
/** The shortest phone: the README's example. */
@NullMarked
package io.phoneagent.examples.minimal;

import org.jspecify.annotations.NullMarked;
