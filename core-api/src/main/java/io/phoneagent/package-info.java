// SPDX-License-Identifier: Apache-2.0
/** The words a vendor uses: agent, line, number, lease, public address, assignment, call. */
@NullMarked
package io.phoneagent;

import org.jspecify.annotations.NullMarked;
