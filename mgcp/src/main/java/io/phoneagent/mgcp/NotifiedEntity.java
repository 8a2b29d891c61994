// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.mgcp;

import java.util.Objects;
import java.util.Optional;

/**
 * The call agent that an endpoint talks to (N:, RFC 3435, section 3.2.2.1).
 *
 * @param local the part before the @, or empty
 * @param domain a name, or an address in brackets
 * @param port 2727 where none is written
 */
public record NotifiedEntity(String local, String domain, int port) {
  /** Where call agents listen, unless they say otherwise (section 3.5). */
  public static final int CALL_AGENT_PORT = 2727;

  /** Where gateways listen, unless they say otherwise (section 3.5). */
  public static final int GATEWAY_PORT = 2427;

  public NotifiedEntity {
    Objects.requireNonNull(local, "local");
    if (!EndpointName.isDomain(domain) || port < 1 || port > 65_535) {
      throw new IllegalArgumentException("no call agent: " + Text.printable(domain, 64));
    }
  }

  /** Reads {@code [LOCAL@]DOMAIN[:PORT]}; empty if it is none. */
  public static Optional<NotifiedEntity> parse(String text) {
    int at = text.lastIndexOf('@');
    String local = at < 0 ? "" : text.substring(0, at);
    String rest = text.substring(at + 1);
    int colon = rest.lastIndexOf(':');
    boolean hasPort = colon > rest.lastIndexOf(']');
    int port = hasPort ? Text.number(rest.substring(colon + 1)) : CALL_AGENT_PORT;
    String domain = hasPort ? rest.substring(0, colon) : rest;
    boolean local8 = local.chars().allMatch(c -> c > ' ' && c < 127 && c != '@');
    return at == 0
            || !local8
            || local.length() > 255
            || !EndpointName.isDomain(domain)
            || port < 1
            || port > 65_535
        ? Optional.empty()
        : Optional.of(new NotifiedEntity(local, domain, port));
  }

  @Override
  public String toString() {
    return (local.isEmpty() ? "" : local + '@') + domain + ':' + port;
  }
}
