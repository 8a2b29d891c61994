// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.mgcp;

import java.util.Optional;

/**
 * The media of a connection as the call agent wants it.
 *
 * @param options what it wishes; none where it left the choice
 * @param remote the other end's session description (RFC 3435, section 3.4), once it is known
 */
public record MediaRequest(
    String callId,
    String connectionId,
    ConnectionOptions options,
    ConnectionMode mode,
    Optional<String> remote) {}
