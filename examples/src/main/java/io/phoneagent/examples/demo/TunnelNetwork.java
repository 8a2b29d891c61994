// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.demo;

import io.phoneagent.runtime.Loop;
import io.phoneagent.spi.DatagramPort;
import io.phoneagent.spi.DatagramReceiver;
import io.phoneagent.spi.NetworkBinding;
import io.phoneagent.spi.StreamPort;
import io.phoneagent.spi.StreamReceiver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import javax.net.SocketFactory;

/** The network of a phone behind a {@link Firewall}: every socket leads through it. */
final class TunnelNetwork implements NetworkBinding {
  private final Loop loop;
  private final InetSocketAddress udp;
  private final Proxy tcp;

  TunnelNetwork(Loop loop, InetSocketAddress udp, InetSocketAddress tcp) {
    this.loop = loop;
    this.udp = udp;
    this.tcp = new Proxy(Proxy.Type.SOCKS, tcp);
  }

  @Override
  public DatagramPort openDatagram(InetSocketAddress local, DatagramReceiver receiver)
      throws IOException {
    DatagramPort port = loop.openDatagram(local, (data, from) -> unpack(data, from, receiver));
    return new DatagramPort() {
      @Override
      public InetSocketAddress local() {
        return port.local();
      }

      @Override
      public void send(ByteBuffer data, InetSocketAddress to) {
        port.send(new Tunnelled(to, data).write(), udp);
      }

      @Override
      public void close() {
        port.close();
      }
    };
  }

  private void unpack(ByteBuffer data, InetSocketAddress from, DatagramReceiver receiver) {
    if (!from.equals(udp)) {
      return; // only the firewall reaches a phone behind it
    }
    try {
      Tunnelled tunnelled = Tunnelled.read(data);
      receiver.received(tunnelled.payload(), tunnelled.remote());
    } catch (IOException e) {
      return; // not of the firewall's making
    }
  }

  @Override
  public StreamPort openStream(
      InetSocketAddress local, InetSocketAddress remote, StreamReceiver receiver)
      throws IOException {
    throw new IOException("the demonstration's firewalls carry flows over UDP only");
  }

  @Override
  public SocketFactory sockets() {
    return new SocketFactory() {
      @Override
      public Socket createSocket() {
        return new Socket(tcp);
      }

      @Override
      public Socket createSocket(String host, int port) throws IOException {
        return connected(new InetSocketAddress(host, port));
      }

      @Override
      public Socket createSocket(String host, int port, InetAddress from, int fromPort)
          throws IOException {
        return connected(new InetSocketAddress(host, port));
      }

      @Override
      public Socket createSocket(InetAddress host, int port) throws IOException {
        return connected(new InetSocketAddress(host, port));
      }

      @Override
      public Socket createSocket(InetAddress host, int port, InetAddress from, int fromPort)
          throws IOException {
        return connected(new InetSocketAddress(host, port));
      }
    };
  }

  private Socket connected(InetSocketAddress to) throws IOException {
    Socket socket = new Socket(tcp);
    socket.connect(to);
    return socket;
  }

  @Override
  public List<InetAddress> resolve(String host) throws UnknownHostException {
    return Arrays.asList(InetAddress.getAllByName(host));
  }
}
