// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import io.phoneagent.Transport;
import io.phoneagent.spi.RegistrarAddress;
import java.net.URI;
import java.util.OptionalInt;

/**
 * One server of a registrar.
 *
 * @param name how it stands among the registrars: {@code sip:HOST[:PORT][;transport=T]}, and where
 *     DNS has named the server, {@code sip:DOMAIN:PORT;transport=T#SERVER}
 * @param domain of the line's address of record, and what a certificate has to be for
 * @param statedPort the port that belongs to that address, where one was set
 * @param host whose addresses are connected to
 * @param port from 1 to 65535
 * @param transport how it is reached
 */
record RegistrarTarget(
    URI name, String domain, OptionalInt statedPort, String host, int port, Transport transport) {

  /** Of a name. */
  static RegistrarTarget of(URI name, Transport usual) {
    String text = name.toString();
    int hash = text.indexOf('#');
    RegistrarAddress address =
        RegistrarAddress.of(URI.create(hash < 0 ? text : text.substring(0, hash)));
    Transport transport = address.transport().orElse(usual);
    return new RegistrarTarget(
        name,
        address.host(),
        hash < 0 ? address.port() : OptionalInt.empty(),
        hash < 0 ? address.host() : text.substring(hash + 1),
        address.port().orElse(RegistrarAddress.usualPort(transport)),
        transport);
  }

  /** The same server, by TCP. */
  RegistrarTarget overTcp() {
    return new RegistrarTarget(name, domain, statedPort, host, port, Transport.TCP);
  }

  /** The name of a server that DNS has named. */
  static URI named(String domain, int port, Transport transport, String server) {
    return URI.create(
        "sip:" + domain + ":" + port + ";transport=" + transport.label() + "#" + server);
  }
}
