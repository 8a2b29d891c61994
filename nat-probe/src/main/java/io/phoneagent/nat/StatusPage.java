// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import io.phoneagent.spi.Probe;
import io.phoneagent.spi.ProbeContext;
import io.phoneagent.spi.StatusPageProbe;
import java.util.List;
import java.util.Optional;

/** Looks for the page by which the gateway shows the public address. */
final class StatusPage implements StatusPageProbe {
  private final List<RouterFamily> families;
  private final Optional<Credentials> credentials;

  StatusPage(List<RouterFamily> families, Optional<Credentials> credentials) {
    this.families = List.copyOf(families);
    this.credentials = credentials;
  }

  @Override
  public String id() {
    return "status-page";
  }

  @Override
  public StatusPageProbe credentials(String user, String password) {
    return new StatusPage(families, Optional.of(Credentials.of(user, password)));
  }

  @Override
  public StatusPageProbe routers(String table) {
    return new StatusPage(RouterTable.joined(RouterTable.read(table), families), credentials);
  }

  @Override
  public Probe create(ProbeContext context) {
    return new StatusPageSearch(families, new WebServers(context, credentials), context);
  }
}
