// SPDX-License-Identifier: Apache-2.0
/** The demonstration: a switch and three phones behind two simulated firewalls, on loopback. */
@NullMarked
package io.phoneagent.examples.demo;

import org.jspecify.annotations.NullMarked;
