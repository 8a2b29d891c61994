// SPDX-License-Identifier: Apache-2.0
/** What a vendor can plug in, and what the SDK hands to it. */
@NullMarked
package io.phoneagent.spi;

import org.jspecify.annotations.NullMarked;
