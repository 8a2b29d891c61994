// SPDX-License-Identifier: Apache-2.0
/** Why a phone did what it did. */
@NullMarked
package io.phoneagent.examples.timeline;

import org.jspecify.annotations.NullMarked;
