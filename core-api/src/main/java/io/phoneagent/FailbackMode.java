// SPDX-License-Identifier: Apache-2.0
package io.phoneagent;

/** When a line that has gone to another switch returns to the preferred one. */
public enum FailbackMode {
  /** When the preferred one answers again and no call is under way. */
  WHEN_BACK,
  /** Never by itself; the other one is kept while it answers. */
  NEVER
}
