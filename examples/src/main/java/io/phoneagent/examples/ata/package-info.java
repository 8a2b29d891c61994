// SPDX-License-Identifier: Apache-2.0
/** An adapter with two telephone jacks and a call agent. */
@NullMarked
package io.phoneagent.examples.ata;

import org.jspecify.annotations.NullMarked;
