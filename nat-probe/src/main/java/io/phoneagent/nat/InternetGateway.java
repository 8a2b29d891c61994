// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import io.phoneagent.spi.Probe;
import io.phoneagent.spi.ProbeContext;
import io.phoneagent.spi.PublicAddressProbe;
import java.security.SecureRandom;

/** Asks the gateway's Internet Gateway Device, by UPnP. */
final class InternetGateway implements PublicAddressProbe {
  @Override
  public String id() {
    return "igd";
  }

  @Override
  public Probe create(ProbeContext context) {
    return new IgdProbe(context, new SecureRandom());
  }
}
