// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import io.phoneagent.spi.HttpQuestion;
import io.phoneagent.spi.PublicAddressProbe;
import io.phoneagent.spi.Viewpoint;
import java.net.URI;
import java.util.Optional;

/** Asks the DNS switch how it sees us: for phones whose firewall offers nothing to ask. */
public final class WhoAmIProbe {
  private WhoAmIProbe() {}

  /**
   * The probe of one switch.
   *
   * @param dnsSwitch the switch's address, with or without a slash at its end
   */
  public static PublicAddressProbe of(URI dnsSwitch) {
    return new HttpGet(
        PageAddress.of(HttpQuestion.under(dnsSwitch, "/v1/whoami").toString()),
        Optional.empty(),
        Optional.empty(),
        Viewpoint.OUTSIDE);
  }
}
