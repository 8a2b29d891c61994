// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.testkit;

import io.phoneagent.spi.StreamPort;
import io.phoneagent.spi.StreamReceiver;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * One end of a TCP connection. What is lost on the way is repeated, so it comes late but in its
 * order; what a NAT or a cut drops never comes, and nobody is told.
 */
final class VirtualStream implements StreamPort {
  private final InetSocketAddress local;
  private final InetSocketAddress remote;
  private final StreamReceiver receiver;
  private final BiConsumer<VirtualStream, Packet> output;
  private final Runnable forget;
  private final List<Packet> early = new ArrayList<>();
  private boolean open;
  private boolean over;

  VirtualStream(
      InetSocketAddress local,
      InetSocketAddress remote,
      StreamReceiver receiver,
      BiConsumer<VirtualStream, Packet> output,
      Runnable forget) {
    this.local = local;
    this.remote = remote;
    this.receiver = receiver;
    this.output = output;
    this.forget = forget;
  }

  @Override
  public InetSocketAddress local() {
    return local;
  }

  InetSocketAddress remote() {
    return remote;
  }

  @Override
  public void send(ByteBuffer data) {
    Packet packet = Packet.of(Packet.Kind.DATA, data);
    if (over) {
      return;
    }
    if (open) {
      output.accept(this, packet);
    } else {
      early.add(packet);
    }
  }

  /** The connection is up. */
  void opened() {
    if (!over && !open) {
      open = true;
      receiver.connected();
      early.forEach(p -> output.accept(this, p));
      early.clear();
    }
  }

  void received(Packet packet) {
    if (over) {
      return;
    }
    switch (packet.kind()) {
      case OPENED -> opened();
      case DATA -> receiver.received(packet.octets());
      case END -> end("closed by the other end");
      case RESET -> end(open ? "Connection reset" : "Connection refused");
      default -> {} // a repeated question for this very connection
    }
  }

  private void end(String cause) {
    over = true;
    forget.run();
    receiver.closed(cause);
  }

  @Override
  public void close() {
    if (!over) {
      over = true;
      if (open) {
        output.accept(this, Packet.of(Packet.Kind.END));
      }
      forget.run();
    }
  }
}
