// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import io.phoneagent.spi.ProbeAnswer;

/**
 * What one source said.
 *
 * @param source the probe's name
 * @param answer what it said
 */
public record ProbeReport(String source, ProbeAnswer answer) {}
