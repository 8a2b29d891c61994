// SPDX-License-Identifier: Apache-2.0
/** Virtual time and a virtual network with NATs. */
@NullMarked
package io.phoneagent.testkit;

import org.jspecify.annotations.NullMarked;
