// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.call;

import io.phoneagent.Transport;
import io.phoneagent.flow.FlowSource;
import io.phoneagent.sip.SipFramer;
import io.phoneagent.sip.SipLimits;
import io.phoneagent.spi.StreamPort;
import io.phoneagent.spi.StreamReceiver;
import io.phoneagent.testkit.VirtualHost;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** The TCP connections of a switch in the virtual network, to others and from them. */
final class VirtualConnections {
  private final VirtualHost host;
  private final BiConsumer<ByteBuffer, FlowSource> received;
  private final Consumer<FlowSource> closed;
  private final Map<FlowSource, One> open = new HashMap<>();
  private long connections;

  VirtualConnections(
      VirtualHost host,
      int port,
      BiConsumer<ByteBuffer, FlowSource> received,
      Consumer<FlowSource> closed) {
    this.host = host;
    this.received = received;
    this.closed = closed;
    host.listen(
        port,
        (stream, from) -> {
          One made = new One(from);
          made.stream = Optional.of(stream);
          made.ready = true;
          return made;
        });
  }

  int size() {
    return open.size();
  }

  FlowSource connect(InetSocketAddress to) {
    One made = new One(to);
    try {
      made.stream =
          Optional.of(
              host.network().openStream(new InetSocketAddress(host.address(), 0), to, made));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return made.source;
  }

  void close(FlowSource source) {
    Optional.ofNullable(open.remove(source))
        .ifPresent(
            one -> {
              one.stream.orElseThrow().close();
              closed.accept(source);
            });
  }

  boolean send(ByteBuffer message, FlowSource to) {
    One one = open.get(to);
    if (one == null) {
      return false;
    }
    if (one.ready) {
      one.stream.orElseThrow().send(message);
    } else {
      one.waiting.add(message);
    }
    return true;
  }

  private final class One implements StreamReceiver {
    private final FlowSource source;
    private final SipFramer framer = new SipFramer(SipLimits.defaults());
    private final List<ByteBuffer> waiting = new ArrayList<>();
    private Optional<StreamPort> stream = Optional.empty();
    private boolean ready;

    One(InetSocketAddress address) {
      source = new FlowSource(Transport.TCP, address, ++connections);
      open.put(source, this);
    }

    @Override
    public void connected() {
      ready = true;
      waiting.forEach(m -> stream.orElseThrow().send(m));
    }

    @Override
    public void received(ByteBuffer data) {
      framer.receive(data, message -> received.accept(message, source));
    }

    @Override
    public void closed(String cause) {
      if (open.remove(source, this)) {
        closed.accept(source);
      }
    }
  }
}
