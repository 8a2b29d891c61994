// SPDX-License-Identifier: Apache-2.0
/**
 * The unique addresses: each phone may have one, so that two phones which have the same address
 * behind two firewalls are never confused.
 */
@NullMarked
package io.phoneagent.dnsswitch.address;

import org.jspecify.annotations.NullMarked;
