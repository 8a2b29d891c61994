// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.registry;

import java.util.List;
import java.util.Optional;

/**
 * The verified paths of a flow.
 *
 * @param current where requests go
 * @param second another one that still answers
 * @param lastGood those before, the latest first; at most {@value #MAX_LAST_GOOD} are kept
 */
public record FlowPaths(
    Optional<VerifiedPath> current, Optional<VerifiedPath> second, List<VerifiedPath> lastGood) {
  private static final int MAX_LAST_GOOD = 4;

  /** No path. */
  public static final FlowPaths NONE = new FlowPaths(Optional.empty(), Optional.empty(), List.of());

  /** Keeps the latest of the last good ones. */
  public FlowPaths {
    lastGood = List.copyOf(lastGood.subList(0, Math.min(MAX_LAST_GOOD, lastGood.size())));
  }
}
