// SPDX-License-Identifier: Apache-2.0
/** Registration, address echo and health over HTTPS. */
@NullMarked
package io.phoneagent.dnsswitch.http;

import org.jspecify.annotations.NullMarked;
