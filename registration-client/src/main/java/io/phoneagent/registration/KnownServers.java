// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import io.phoneagent.AgentSettings;
import io.phoneagent.Lease;
import io.phoneagent.spi.AgentConfiguration;
import io.phoneagent.spi.IdentityStore;
import java.net.URI;
import java.util.List;

/** Where the lines of an agent may register, as settings and DNS say it. On the agent's loop. */
interface KnownServers {

  /** Told of other ones than before, and never of none. */
  interface Listener {
    void found(List<URI> servers, String cause);
  }

  /** Those of a configuration: switches, or SIP registrars. */
  static KnownServers of(
      AgentConfiguration configuration, AgentParts parts, IdentityStore store, Listener listener) {
    String phone = configuration.lines().get(0).name().text();
    return configuration.settings().registrars().isEmpty()
        ? new KnownSwitches(parts, store, phone, SystemNameServers::list, listener)
        : new KnownRegistrars(
            parts, store, phone, configuration.transport(), SystemNameServers::list, listener);
  }

  /** Those that these settings name, as far as they are known; empty only at the very first. */
  List<URI> configure(AgentSettings settings);

  /** The device is here now: its name servers may be others, and say something else. */
  void look(Lease here);

  /** Looks them up again, if the device has an address. */
  void resume();

  /** Does nothing until there is an address again. */
  void rest();
}
