// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch;

import io.phoneagent.dnsswitch.registry.EndpointAssignment;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Flows and calls: the part of a switch behind the assigned endpoint, once it is bound. */
interface Signalling extends EndpointAssignment, AutoCloseable {

  /** The bound address that serves UDP and TCP. */
  InetSocketAddress address();

  /** The bound address that serves TLS, if any. */
  default Optional<InetSocketAddress> tlsAddress() {
    return Optional.empty();
  }

  /** How many there are of what it keeps at the moment, by name, for people. On any thread. */
  CompletionStage<Map<String, Integer>> gauges();

  /**
   * The switch is reached elsewhere from now on: the context's place says where. On the loop.
   *
   * @param cause for the records of the phones, and for people
   */
  default void moved(String cause) {}

  /** Takes no new calls and waits for those that are up, this long at most. */
  default void drain(Duration atMost) {}

  @Override
  void close();

  /** Binds the sockets. */
  interface Factory {
    /**
     * Called first, before anything is loaded: whoever has made a mistake need not wait for it.
     *
     * @throws IOException if another program has the address
     */
    default void requireFree(InetSocketAddress address) throws IOException {}

    /**
     * Called once, after accounts and registry are loaded and before any registration is answered.
     * To be told of registrations, add a listener to the context's registry; what was loaded is in
     * {@code registry().bindings()}.
     *
     * @throws IOException if an address cannot be bound
     */
    Signalling start(SwitchContext context) throws IOException;
  }
}
