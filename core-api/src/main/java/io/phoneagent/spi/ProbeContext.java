// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.spi;

/** What a probe may use. */
public interface ProbeContext {

  /** The agent's HTTP client. */
  HttpExchange http();

  /** How the agent opens sockets. */
  NetworkBinding network();

  /** Which addresses count as public. */
  PublicRanges publicRanges();
}
