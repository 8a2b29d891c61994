// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import io.phoneagent.spi.Probe;
import io.phoneagent.spi.ProbeContext;
import io.phoneagent.spi.PublicAddressProbe;
import io.phoneagent.spi.Viewpoint;
import java.security.SecureRandom;

/** Asks a STUN server. */
final class StunSource implements PublicAddressProbe {
  private final StunServer server;

  StunSource(StunServer server) {
    this.server = server;
  }

  @Override
  public String id() {
    return "stun:" + server;
  }

  @Override
  public Viewpoint viewpoint() {
    return Viewpoint.OUTSIDE;
  }

  @Override
  public Probe create(ProbeContext context) {
    return new StunProbe(server, context, new SecureRandom());
  }
}
