// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import io.phoneagent.spi.FirewallProbes;
import io.phoneagent.spi.PageProbe;
import io.phoneagent.spi.PublicAddressProbe;
import io.phoneagent.spi.StatusPageProbe;
import java.util.Optional;

/** Probes that ask the firewall, for a page, by NAT-PMP, PCP or UPnP, or a STUN server outside. */
public final class FirewallSources implements FirewallProbes {

  /** For the service loader. */
  public FirewallSources() {}

  @Override
  public PageProbe get(String target, String pattern) {
    PageAddress address = PageAddress.of(target);
    PageProbe page = new HttpGet(address, Optional.empty(), Optional.empty(), address.viewpoint());
    return pattern.isEmpty() ? page : page.pattern(pattern);
  }

  @Override
  public StatusPageProbe statusPage() {
    return new StatusPage(RouterTable.builtIn(), Optional.empty());
  }

  @Override
  public PublicAddressProbe natPmp() {
    return new PortControl("natpmp", Dialect.NAT_PMP);
  }

  @Override
  public PublicAddressProbe pcp() {
    return new PortControl("pcp", Dialect.PCP);
  }

  @Override
  public PublicAddressProbe igd() {
    return new InternetGateway();
  }

  @Override
  public PublicAddressProbe stun(String server) {
    return new StunSource(StunServer.of(server));
  }
}
