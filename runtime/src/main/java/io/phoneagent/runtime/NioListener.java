// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.runtime;

import io.phoneagent.spi.ListenerPort;
import io.phoneagent.spi.StreamAcceptor;
import io.phoneagent.spi.StreamReceiver;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Optional;

/** A TCP port on a loop: takes connections there. */
final class NioListener implements ListenerPort, NioLoop.Selected {
  // Few wait at once, as a loop takes them in milliseconds.
  private static final int BACKLOG = 16;
  // At most this many in a row, so that no stranger starves the timers.
  private static final int ACCEPTS_AT_ONCE = 16;
  // Without a free file descriptor what waits goes on waiting, and must not be asked for in a spin.
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final ServerSocketChannel channel;
  private final InetSocketAddress local;
  private final StreamAcceptor acceptor;
  private final Loop loop;
  private final Selector selector;
  private final ByteBuffer buffer;

  private NioListener(
      ServerSocketChannel channel,
      StreamAcceptor acceptor,
      Loop loop,
      Selector selector,
      ByteBuffer buffer)
      throws IOException {
    this.channel = channel;
    this.local = (InetSocketAddress) channel.getLocalAddress();
    this.acceptor = acceptor;
    this.loop = loop;
    this.selector = selector;
    this.buffer = buffer;
  }

  /**
   * Binds; {@link #begin} does the rest.
   *
   * @param selector the loop's
   * @param buffer the loop's own
   */
  static NioListener bind(
      InetSocketAddress local,
      StreamAcceptor acceptor,
      Loop loop,
      Selector selector,
      ByteBuffer buffer)
      throws IOException {
    ServerSocketChannel channel = ServerSocketChannel.open();
    try {
      channel.configureBlocking(false);
      channel.bind(local, BACKLOG);
      return new NioListener(channel, acceptor, loop, selector, buffer);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** Waits for connections; on the loop. */
  void begin() {
    if (!channel.isOpen()) {
      return;
    }
    try {
      channel.register(selector, SelectionKey.OP_ACCEPT, this);
    } catch (IOException e) {
      close();
    }
  }

  @Override
  public void ready(SelectionKey key) {
    for (int i = 0; i < ACCEPTS_AT_ONCE && channel.isOpen(); i++) {
      try {
        SocketChannel taken = channel.accept();
        if (taken == null) {
          return;
        }
        take(taken);
      } catch (IOException e) {
        rest(key);
        return;
      }
    }
  }

  private void take(SocketChannel taken) throws IOException {
    InetSocketAddress from = (InetSocketAddress) taken.getRemoteAddress();
    NioStream stream = NioStream.accepted(taken, from, loop, buffer);
    boolean judged = false;
    try {
      Optional<StreamReceiver> receiver = acceptor.accept(stream, from);
      judged = receiver.isPresent();
      receiver.ifPresent(r -> stream.beginAccepted(selector, r));
    } finally {
      if (!judged) {
        stream.close();
      }
    }
  }

  private void rest(SelectionKey key) {
    if (!key.isValid()) {
      return;
    }
    key.interestOps(0);
    Timer unused =
        loop.schedule(
            PAUSE,
            () -> {
              if (key.isValid()) {
                key.interestOps(SelectionKey.OP_ACCEPT);
              }
            });
  }

  @Override
  public InetSocketAddress local() {
    return local;
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      return; // A port that cannot be closed is not open either.
    }
  }
}
