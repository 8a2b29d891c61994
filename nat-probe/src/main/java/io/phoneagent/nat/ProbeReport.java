// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import io.phoneagent.spi.ProbeAnswer;
import io.phoneagent.spi.Viewpoint;

/**
 * What one source said.
 *
 * @param source the probe's name
 * @param viewpoint from where it looks
 * @param answer what it said
 */
public record ProbeReport(String source, Viewpoint viewpoint, ProbeAnswer answer) {}
