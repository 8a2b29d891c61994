// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import io.phoneagent.spi.DatagramPort;
import io.phoneagent.spi.DatagramReceiver;
import io.phoneagent.spi.IdentityStore;
import io.phoneagent.spi.IpLiteral;
import io.phoneagent.spi.ListenerPort;
import io.phoneagent.spi.NetworkBinding;
import io.phoneagent.spi.StreamAcceptor;
import io.phoneagent.spi.StreamPort;
import io.phoneagent.spi.StreamReceiver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.net.SocketFactory;

/**
 * A network whose resolver remembers: where a name once led is where it is taken to lead when no
 * name server answers. A phone whose resolver is away for a moment can still reach its switch.
 */
final class KeptAddresses implements NetworkBinding {
  private final NetworkBinding network;
  private final IdentityStore store;

  KeptAddresses(NetworkBinding network, IdentityStore store) {
    this.network = network;
    this.store = store;
  }

  @Override
  public List<InetAddress> resolve(String host) throws UnknownHostException {
    String name = "addresses-of-" + host;
    try {
      List<InetAddress> found = network.resolve(host);
      String text =
          found.stream().map(InetAddress::getHostAddress).collect(Collectors.joining(" "));
      if (!IpLiteral.parse(host).isPresent() && !store.get(name).equals(Optional.of(text))) {
        store.put(name, text);
      }
      return found;
    } catch (UnknownHostException e) {
      List<InetAddress> kept = new ArrayList<>();
      for (String literal : store.get(name).orElse("").split(" ", -1)) {
        IpLiteral.parse(literal).ifPresent(kept::add);
      }
      if (kept.isEmpty()) {
        throw e;
      }
      return kept;
    }
  }

  @Override
  public DatagramPort openDatagram(InetSocketAddress local, DatagramReceiver receiver)
      throws IOException {
    return network.openDatagram(local, receiver);
  }

  @Override
  public DatagramPort openMulticast(
      InetSocketAddress group, String interfaceName, DatagramReceiver receiver) throws IOException {
    return network.openMulticast(group, interfaceName, receiver);
  }

  @Override
  public StreamPort openStream(
      InetSocketAddress local, InetSocketAddress remote, StreamReceiver receiver)
      throws IOException {
    return network.openStream(local, remote, receiver);
  }

  @Override
  public ListenerPort openListener(InetSocketAddress local, StreamAcceptor acceptor)
      throws IOException {
    return network.openListener(local, acceptor);
  }

  @Override
  public SocketFactory sockets() {
    return network.sockets();
  }
}
