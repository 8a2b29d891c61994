// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import io.phoneagent.spi.Probe;
import io.phoneagent.spi.ProbeContext;
import io.phoneagent.spi.PublicAddressProbe;
import java.security.SecureRandom;

/** Asks the gateway itself, by NAT-PMP or PCP. */
final class PortControl implements PublicAddressProbe {
  private final String id;
  private final Dialect first;

  PortControl(String id, Dialect first) {
    this.id = id;
    this.first = first;
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public Probe create(ProbeContext context) {
    return new GatewayProbe(first, context, new SecureRandom());
  }
}
