// SPDX-License-Identifier: Apache-2.0
/** Plug-ins of a router with a telephone jack: nothing in the application names them. */
@NullMarked
package io.phoneagent.examples.plugin;

import org.jspecify.annotations.NullMarked;
