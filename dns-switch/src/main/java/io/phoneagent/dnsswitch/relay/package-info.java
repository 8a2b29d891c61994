// SPDX-License-Identifier: Apache-2.0
/** Media between the legs of calls. */
@NullMarked
package io.phoneagent.dnsswitch.relay;

import org.jspecify.annotations.NullMarked;
