// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.demo;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/**
 * A home firewall in user space: UDP through a NAT, TCP through the same public address, and a
 * status page that tells it. Phones reach it through {@link TunnelNetwork}, since without root
 * nobody can put a router into another process's way.
 */
final class Firewall implements AutoCloseable {
  private final InetAddress inside;
  private final UdpNat udp;
  private final SocksGate tcp;
  private final HttpServer page;
  private volatile InetAddress publicAddress;

  /**
   * Starts one.
   *
   * @param inside the address its phones see it under
   * @param publicAddress the address all others see it under
   */
  Firewall(String inside, String publicAddress) throws IOException {
    this.inside = InetAddress.getByName(inside);
    this.publicAddress = InetAddress.getByName(publicAddress);
    this.udp = new UdpNat(this.inside, () -> this.publicAddress);
    this.tcp = new SocksGate(this.inside, () -> this.publicAddress);
    this.page = HttpServer.create(new InetSocketAddress(this.inside, 0), 0);
    page.createContext(
        "/status",
        exchange -> {
          byte[] body =
              ("<html><body><h1>Status</h1><p>WAN IP address: "
                      + this.publicAddress.getHostAddress()
                      + "</p></body></html>")
                  .getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    page.start();
  }

  /** Where its status page is. */
  String statusPage() {
    return "http://" + inside.getHostAddress() + ":" + page.getAddress().getPort() + "/status";
  }

  /** Where its phones send UDP to. */
  InetSocketAddress udpInside() {
    return udp.inside();
  }

  /** Where its phones open TCP connections. */
  InetSocketAddress tcpInside() {
    return tcp.inside();
  }

  InetAddress publicAddress() {
    return publicAddress;
  }

  /** The provider gives it another address: every mapping and connection is lost. */
  void changeAddress(String newAddress) throws IOException {
    publicAddress = InetAddress.getByName(newAddress);
    udp.forget();
    tcp.forget();
  }

  @Override
  public void close() {
    udp.close();
    tcp.close();
    page.stop(0);
  }
}
