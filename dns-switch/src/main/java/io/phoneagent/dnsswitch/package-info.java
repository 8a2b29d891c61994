// SPDX-License-Identifier: Apache-2.0
/** The switch as a program: its settings, its command and its parts put together. */
@NullMarked
package io.phoneagent.dnsswitch;

import org.jspecify.annotations.NullMarked;
