// SPDX-License-Identifier: Apache-2.0
package io.phoneagent;

/** Told of a call that comes in, on the vendor's executor. */
@FunctionalInterface
public interface CallHandler {

  /**
   * Someone calls; the call rings until it is answered, refused or given up. Where this throws
   * something the call is refused with 500, and {@link AgentListener#disrupted} told; callers then
   * reach the line's backup number.
   */
  void incoming(Call call);
}
