// SPDX-License-Identifier: Apache-2.0
/** A small internet and the programs in it, driven from tests. */
@NullMarked
package io.phoneagent.lab;

import org.jspecify.annotations.NullMarked;
