// SPDX-License-Identifier: Apache-2.0
/** The numbers this switch serves, and the digests of their secrets. */
@NullMarked
package io.phoneagent.dnsswitch.account;

import org.jspecify.annotations.NullMarked;
