// SPDX-License-Identifier: Apache-2.0
/** Benchmarks by JMH. */
@NullMarked
package io.phoneagent.benchmarks;

import org.jspecify.annotations.NullMarked;
