// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import java.net.URI;
import java.util.Optional;

/**
 * A service that has a public address.
 *
 * @param type its full name, with its version
 * @param control where it is asked, on the gateway
 * @param events where its events are subscribed to, on the gateway; empty if it has none
 */
record WanService(String type, URI control, Optional<URI> events) {}
