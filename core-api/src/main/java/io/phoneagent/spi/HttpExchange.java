// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.spi;

import java.util.concurrent.CompletionStage;

/**
 * An HTTP client. Redirects are never followed; the answer is given as it is. Thread-safe.
 *
 * <p>A plug-in is a class with a public constructor without parameters that a jar provides as this
 * service, in its module descriptor and in {@code META-INF/services}; a device has one at most. It
 * decides itself whom to trust. Each agent gets an object of its own, and closes it when it stops.
 */
public interface HttpExchange extends AutoCloseable {

  /**
   * Sends a question. Returns at once.
   *
   * <p>A question with the header {@code Connection: close} goes over a connection of its own,
   * which is closed after it. One with {@code Connection: keep-alive} goes over a kept connection
   * where there is one, and is not repeated where that turns out to be dead. How others go is the
   * client's to choose.
   *
   * @return the answer; completed with an {@link java.io.IOException} where there is none in time,
   *     or where it is longer than allowed
   */
  CompletionStage<HttpAnswer> exchange(HttpQuestion question);

  /** Drops kept connections: after a change of address none of them leads anywhere. */
  void dropConnections();

  @Override
  void close();
}
