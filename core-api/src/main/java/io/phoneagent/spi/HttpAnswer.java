// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.spi;

import java.util.Map;

/**
 * An HTTP answer.
 *
 * @param status from 100 to 599
 * @param headers by name in lower case; of repeated ones the last, and of {@code WWW-Authenticate}
 *     all, with commas between them
 * @param body decoded as the header says, UTF-8 where it says nothing
 * @param persistent whether the server says that it keeps the connection open: HTTP/1.1 without
 *     {@code Connection: close}, or HTTP/1.0 with {@code Connection: keep-alive} (RFC 9112, section
 *     9.3)
 */
public record HttpAnswer(int status, Map<String, String> headers, String body, boolean persistent) {

  /** Copies the headers. */
  public HttpAnswer {
    headers = Map.copyOf(headers);
  }

  /** An answer after which the connection may be closed. */
  public HttpAnswer(int status, Map<String, String> headers, String body) {
    this(status, headers, body, false);
  }
}
