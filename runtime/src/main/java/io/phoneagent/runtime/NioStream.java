// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.runtime;

import io.phoneagent.spi.StreamPort;
import io.phoneagent.spi.StreamReceiver;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.Executor;

/** A TCP connection on a loop: connects, reads and reports there; sends from any thread. */
final class NioStream implements StreamPort, NioLoop.Selected {
  // A call's signalling is some kilobytes; whoever leaves this much unread is gone.
  private static final int MOST_WAITING = 262_144;
  // At most this many reads in a row, so that no connection starves the timers.
  private static final int READS_AT_ONCE = 16;

  private final SocketChannel channel;
  private final InetSocketAddress local;
  private final InetSocketAddress remote;
  // Set once more where a connection came in, on the loop and before anything is heard.
  private StreamReceiver receiver;
  private final Executor loop;
  private final ByteBuffer buffer;
  private final Buffer bounds;
  private final Deque<ByteBuffer> waiting = new ArrayDeque<>();
  private int waitingOctets;
  private boolean connected;
  private volatile boolean closed;
  private Optional<SelectionKey> key = Optional.empty();

  private NioStream(
      SocketChannel channel,
      InetSocketAddress remote,
      StreamReceiver receiver,
      Executor loop,
      ByteBuffer buffer)
      throws IOException {
    this.channel = channel;
    this.local = (InetSocketAddress) channel.getLocalAddress();
    this.remote = remote;
    this.receiver = receiver;
    this.loop = loop;
    this.buffer = buffer;
    this.bounds = buffer;
  }

  /**
   * Binds; {@link #begin} does the rest.
   *
   * @param buffer the loop's own
   */
  static NioStream bind(
      InetSocketAddress local,
      InetSocketAddress remote,
      StreamReceiver receiver,
      Executor loop,
      ByteBuffer buffer)
      throws IOException {
    SocketChannel channel = SocketChannel.open();
    try {
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.bind(local);
      return new NioStream(channel, remote, receiver, loop, buffer);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /**
   * One that came in; {@link #beginAccepted} does the rest.
   *
   * @param channel connected; closed if this fails
   */
  static NioStream accepted(
      SocketChannel channel, InetSocketAddress remote, Executor loop, ByteBuffer buffer)
      throws IOException {
    try {
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      return new NioStream(channel, remote, new Unheard(), loop, buffer);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** Hears it from now on; on the loop. */
  void beginAccepted(Selector selector, StreamReceiver taken) {
    receiver = taken;
    if (closed) {
      return;
    }
    try {
      key = Optional.of(channel.register(selector, SelectionKey.OP_READ, this));
      established();
    } catch (IOException e) {
      end(cause(e));
    }
  }

  /** Before anybody has taken it. */
  private static final class Unheard implements StreamReceiver {
    @Override
    public void connected() {}

    @Override
    public void received(ByteBuffer data) {}

    @Override
    public void closed(String cause) {}
  }

  /** Connects; on the loop. */
  void begin(Selector selector) {
    if (closed) {
      return;
    }
    try {
      SelectionKey registered = channel.register(selector, SelectionKey.OP_CONNECT, this);
      key = Optional.of(registered);
      if (channel.connect(remote)) {
        established();
      }
    } catch (IOException | UnresolvedAddressException | UnsupportedAddressTypeException e) {
      end(cause(e));
    }
  }

  private static String cause(Exception e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  @Override
  public InetSocketAddress local() {
    return local;
  }

  @Override
  public void ready(SelectionKey selected) {
    try {
      if (selected.isConnectable() && channel.finishConnect()) {
        established();
      }
      if (!closed && selected.isValid() && selected.isWritable()) {
        flush();
      }
      if (!closed && selected.isValid() && selected.isReadable()) {
        read();
      }
    } catch (IOException e) {
      end(cause(e));
    } catch (CancelledKeyException e) {
      end("closed");
    }
  }

  private void established() throws IOException {
    synchronized (waiting) {
      connected = true;
    }
    // Before the receiver is told, whose defect must not leave the selector waiting for what is.
    flush();
    receiver.connected();
  }

  private void read() throws IOException {
    for (int i = 0; i < READS_AT_ONCE && !closed; i++) {
      bounds.clear();
      int octets = channel.read(buffer);
      if (octets < 0) {
        end("closed by the other end");
        return;
      }
      if (octets == 0) {
        return;
      }
      bounds.flip();
      receiver.received(buffer);
    }
  }

  @Override
  public void send(ByteBuffer data) {
    synchronized (waiting) {
      if (closed) {
        return;
      }
      try {
        if (connected && waiting.isEmpty()) {
          channel.write(data);
        }
      } catch (IOException e) {
        loop.execute(() -> end(cause(e)));
        return;
      }
      if (!data.hasRemaining()) {
        return;
      }
      waitingOctets += data.remaining();
      waiting.add(OctetCopy.of(data));
      if (waitingOctets > MOST_WAITING) {
        loop.execute(() -> end("the other end does not take what it is sent"));
        return;
      }
    }
    loop.execute(this::watch);
  }

  private void flush() throws IOException {
    synchronized (waiting) {
      while (!waiting.isEmpty()) {
        ByteBuffer next = waiting.element();
        waitingOctets -= channel.write(next);
        if (next.hasRemaining()) {
          break;
        }
        waiting.remove();
      }
    }
    watch();
  }

  /** Waits for what there is to wait for; on the loop. */
  private void watch() {
    if (closed || !key.isPresent() || !key.get().isValid()) {
      return;
    }
    synchronized (waiting) {
      if (connected) {
        key.get()
            .interestOps(
                waiting.isEmpty()
                    ? SelectionKey.OP_READ
                    : SelectionKey.OP_READ | SelectionKey.OP_WRITE);
      }
    }
  }

  private void end(String cause) {
    if (closed) {
      return;
    }
    close();
    receiver.closed(cause);
  }

  @Override
  public void close() {
    synchronized (waiting) {
      closed = true;
      waiting.clear();
    }
    try {
      channel.close();
    } catch (IOException e) {
      return; // A connection that cannot be closed is not open either.
    }
  }
}
