// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import io.phoneagent.Assignment;
import io.phoneagent.protocol.FlowKey;

/**
 * What a registration was answered with.
 *
 * @param assignment the endpoint and the times
 * @param flowKey what the flow is bound with
 */
record Grant(Assignment assignment, FlowKey flowKey) {}
