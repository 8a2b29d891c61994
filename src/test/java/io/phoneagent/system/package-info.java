// SPDX-License-Identifier: Apache-2.0
/** The whole system under test: the real commands, seen from outside. */
@NullMarked
package io.phoneagent.system;

import org.jspecify.annotations.NullMarked;
