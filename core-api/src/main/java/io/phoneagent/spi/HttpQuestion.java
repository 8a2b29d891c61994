// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.spi;

import java.net.URI;
import java.time.Duration;
import java.util.Map;

/**
 * An HTTP request.
 *
 * @param method such as {@code GET}
 * @param uri where to
 * @param headers by name; may hold credentials, so they are in no text made of this
 * @param body the text of a JSON document; empty for none
 * @param timeout for the whole exchange
 * @param maxBytes the longest answer to take, in octets
 */
public record HttpQuestion(
    String method,
    URI uri,
    Map<String, String> headers,
    String body,
    Duration timeout,
    int maxBytes) {

  /** Copies the headers. */
  public HttpQuestion {
    headers = Map.copyOf(headers);
  }

  /** Method and address. */
  @Override
  public String toString() {
    return method + " " + uri;
  }
}
