// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.spi;

/** The code behind the factories of {@link PublicAddressProbe}; found as a service. */
public interface FirewallProbes {

  /** A probe of this page; an empty pattern searches for the only public address in it. */
  PageProbe get(String target, String pattern);

  /** Looks for the page itself. */
  StatusPageProbe statusPage();

  /** Asks the gateway by NAT-PMP first. */
  PublicAddressProbe natPmp();

  /** Asks the gateway by PCP first. */
  PublicAddressProbe pcp();

  /** Asks the gateway's IGD by UPnP. */
  PublicAddressProbe igd();

  /** Asks this STUN server. */
  PublicAddressProbe stun(String server);
}
