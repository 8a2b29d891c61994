// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import io.phoneagent.Lease;
import io.phoneagent.spi.ProbeContext;
import java.net.InetAddress;
import java.net.URI;
import java.security.SecureRandom;
import java.util.Locale;
import java.util.Optional;

/** The one server that a probe asks, as seen from the device's own address. */
final class WebServers {
  private static final int NONCE_WORDS = 2;

  private final ProbeContext context;
  private final Optional<Credentials> credentials;
  private final SecureRandom random = new SecureRandom();
  private Optional<WebServer> current = Optional.empty();
  private Optional<InetAddress> askedFrom = Optional.empty();

  WebServers(ProbeContext context, Optional<Credentials> credentials) {
    this.context = context;
    this.credentials = credentials;
  }

  boolean hasCredentials() {
    return credentials.isPresent();
  }

  /** The server of a page. What was seen of another one, or from another address, is forgotten. */
  WebServer of(URI page, Lease lease) {
    Optional<InetAddress> from = Optional.of(lease.address());
    if (!current.isPresent() || !current.get().has(page) || !from.equals(askedFrom)) {
      askedFrom = from;
      current =
          Optional.of(new WebServer(page, new Access(credentials, this::clientNonce), context));
    }
    return current.get();
  }

  private String clientNonce() {
    StringBuilder hex = new StringBuilder();
    for (int i = 0; i < NONCE_WORDS; i++) {
      hex.append(String.format(Locale.ROOT, "%016x", random.nextLong()));
    }
    return hex.toString();
  }
}
