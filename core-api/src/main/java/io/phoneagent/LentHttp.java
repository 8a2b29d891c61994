// SPDX-License-Identifier: Apache-2.0
package io.phoneagent;

import io.phoneagent.spi.HttpAnswer;
import io.phoneagent.spi.HttpExchange;
import io.phoneagent.spi.HttpQuestion;
import java.util.concurrent.CompletionStage;

/** A vendor's HTTP client, which the agent uses and leaves open. */
final class LentHttp implements HttpExchange {
  private final HttpExchange vendors;

  LentHttp(HttpExchange vendors) {
    this.vendors = vendors;
  }

  @Override
  public CompletionStage<HttpAnswer> exchange(HttpQuestion question) {
    return vendors.exchange(question);
  }

  @Override
  public void dropConnections() {
    vendors.dropConnections();
  }

  @Override
  public void close() {
    // Whoever lent it closes it.
  }
}
