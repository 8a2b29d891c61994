// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.demo;

import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * TCP through the firewall: SOCKS 5 (RFC 1928) without authentication, its connections made from
 * the public address.
 */
final class SocksGate implements AutoCloseable {
  private static final int CONNECT = 1;
  private static final int IPV4 = 1;

  private final InetAddress inside;
  private final Supplier<InetAddress> publicAddress;
  private final ServerSocket server;
  private final Set<Socket> outside = ConcurrentHashMap.newKeySet();

  SocksGate(InetAddress inside, Supplier<InetAddress> publicAddress) throws IOException {
    this.inside = inside;
    this.publicAddress = publicAddress;
    this.server = new ServerSocket(0, 16, inside);
    daemon("firewall-tcp", this::serve);
  }

  private static void daemon(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
  }

  InetSocketAddress inside() {
    return new InetSocketAddress(inside, server.getLocalPort());
  }

  private void serve() {
    while (!server.isClosed()) {
      try {
        Socket phone = server.accept();
        daemon("firewall-connection", () -> connect(phone));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void connect(Socket phone) {
    try {
      Socket far = handshake(phone);
      outside.add(far);
      daemon("firewall-back", () -> copy(far, phone));
      copy(phone, far);
      outside.remove(far);
    } catch (IOException e) {
      close(phone);
    }
  }

  private Socket handshake(Socket phone) throws IOException {
    DataInputStream in = new DataInputStream(phone.getInputStream());
    DataOutputStream out = new DataOutputStream(phone.getOutputStream());
    in.readByte();
    in.readFully(new byte[in.readUnsignedByte()]);
    out.write(new byte[] {5, 0});
    in.readByte();
    int command = in.readByte();
    in.readByte();
    int kind = in.readByte();
    if (command != CONNECT || kind != IPV4) {
      throw new IOException("only connections to IPv4 addresses are carried");
    }
    byte[] address = new byte[4];
    in.readFully(address);
    InetSocketAddress to =
        new InetSocketAddress(InetAddress.getByAddress(address), in.readUnsignedShort());
    Socket far = new Socket();
    if (!to.getAddress().equals(inside)) {
      far.bind(new InetSocketAddress(publicAddress.get(), 0));
    }
    far.connect(to, 2_000);
    out.write(new byte[] {5, 0, 0, IPV4, 0, 0, 0, 0, 0, 0});
    return far;
  }

  private static void copy(Socket from, Socket to) {
    try (InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream()) {
      in.transferTo(out);
    } catch (IOException e) {
      close(from); // one end is gone, and so is the other
    }
    close(to);
  }

  private static void close(Closeable socket) {
    try {
      socket.close();
    } catch (IOException e) {
      return; // it is closed all the same
    }
  }

  void forget() {
    outside.forEach(SocksGate::close);
    outside.clear();
  }

  @Override
  public void close() {
    close(server);
    forget();
  }
}
