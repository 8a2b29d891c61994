// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.spi;

import java.net.InetSocketAddress;

/** A TCP port at which connections are taken. Its methods may be called from any thread. */
public interface ListenerPort extends AutoCloseable {

  /** The bound address and port. */
  InetSocketAddress local();

  /** No more connections are taken; those that were stay open. Idempotent. */
  @Override
  void close();
}
