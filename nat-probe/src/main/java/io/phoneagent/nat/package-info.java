// SPDX-License-Identifier: Apache-2.0
/**
 * From a lease to the firewall's public address: sources that are asked, and the verdict on what
 * they say.
 */
@NullMarked
package io.phoneagent.nat;

import org.jspecify.annotations.NullMarked;
