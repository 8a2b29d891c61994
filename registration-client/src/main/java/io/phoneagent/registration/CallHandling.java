// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import io.phoneagent.CallHandler;
import io.phoneagent.TransferPolicy;
import io.phoneagent.spi.AgentConfiguration;

/**
 * What the vendor does with what the other side of a line's calls wants.
 *
 * @param incoming takes new calls
 * @param transfers whether this phone lets itself be transferred
 */
record CallHandling(CallHandler incoming, TransferPolicy transfers) {

  static CallHandling of(AgentConfiguration configuration) {
    return new CallHandling(configuration.callHandler(), configuration.transfers());
  }
}
