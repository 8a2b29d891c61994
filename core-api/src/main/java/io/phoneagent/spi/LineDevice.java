// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.spi;

import io.phoneagent.Protocol;

/**
 * What stands at a line and takes its calls by itself, so that none of the line's calls pass
 * through the API: a plain telephone, for instance, which the switch controls. The SDK's modules
 * have the kinds that there are; an agent refuses one that it does not know.
 */
public interface LineDevice {

  /** What it speaks over the line's flow. */
  Protocol protocol();
}
