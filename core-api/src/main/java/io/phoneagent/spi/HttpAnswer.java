// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.spi;

import java.util.Map;

/**
 * An HTTP answer.
 *
 * @param status from 100 to 599
 * @param headers by name in lower case; of repeated ones the last
 * @param body decoded as the header says, UTF-8 where it says nothing
 */
public record HttpAnswer(int status, Map<String, String> headers, String body) {

  /** Copies the headers. */
  public HttpAnswer {
    headers = Map.copyOf(headers);
  }
}
