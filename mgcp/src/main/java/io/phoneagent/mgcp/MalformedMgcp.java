// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.mgcp;

/**
 * Octets that are no acceptable message.
 *
 * @param reason what is wrong
 * @param code the return code to answer with, or 0 where nothing can be answered
 * @param transaction the transaction to answer, or 0
 */
public record MalformedMgcp(String reason, int code, int transaction) implements MgcpInput {
  static MalformedMgcp silent(String reason) {
    return new MalformedMgcp(reason, 0, 0);
  }
}
