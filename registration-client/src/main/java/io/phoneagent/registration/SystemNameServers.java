// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import java.net.InetSocketAddress;
import java.util.Collections;
import java.util.List;
import org.xbill.DNS.ResolverConfig;
import org.xbill.DNS.config.InitializationException;
import org.xbill.DNS.config.PropertyResolverConfigProvider;
import org.xbill.DNS.config.ResolvConfResolverConfigProvider;
import org.xbill.DNS.config.ResolverConfigProvider;

/** The name servers that the operating system is set to. */
final class SystemNameServers {
  private SystemNameServers() {}

  /**
   * Reads them anew: they change with the network. {@code dns.server} and {@code /etc/resolv.conf}
   * are looked at first, since the other places load hundreds of classes.
   */
  static List<InetSocketAddress> list() {
    List<InetSocketAddress> set = of(new PropertyResolverConfigProvider());
    List<InetSocketAddress> found =
        set.isEmpty() ? of(new ResolvConfResolverConfigProvider()) : set;
    return found.isEmpty() ? ResolverConfig.getCurrentConfig().servers() : found;
  }

  private static List<InetSocketAddress> of(ResolverConfigProvider provider) {
    try {
      if (provider.isEnabled()) {
        provider.initialize();
        return provider.servers();
      }
      return Collections.emptyList();
    } catch (InitializationException e) {
      return Collections.emptyList();
    }
  }
}
