// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.OptionalSslHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import io.phoneagent.Transport;
import io.phoneagent.dnsswitch.http.HandshakesInTime;
import io.phoneagent.dnsswitch.http.Sources;
import io.phoneagent.flow.FlowFramer;
import io.phoneagent.flow.FlowSource;
import io.phoneagent.runtime.Clock;
import io.phoneagent.sip.SipFramer;
import io.phoneagent.sip.SipLimits;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The TCP side of the signalling port, and TLS on the same port and on one of its own: the first
 * octet tells them apart; and connections to others, where a request is too large for a datagram.
 * They are cut into messages on threads of their own; the loop is given whole ones.
 */
@SuppressWarnings("FutureReturnValueIgnored") // nobody waits for a write or a close
final class StreamConnections implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StreamConnections.class);

  // From the connection to its first message, with any handshake, and from a message's first octet
  // to its last: a phone sends each at once.
  private static final Duration WHOLE_MESSAGE = Duration.ofSeconds(10);
  // Several keep-alives of any phone. Whoever says nothing for so long has gone without a word.
  private static final Duration IDLE = Duration.ofMinutes(5);
  // A SYN that is lost is repeated after a second; a call waits for this.
  private static final Duration CONNECT_TIME = Duration.ofMillis(1500);
  // What the switchboard takes; 16,384 connections with half a message each are 256 MB.
  private static final SipLimits LIMITS = new SipLimits(16_384, 128, 8_192, 16_384);
  // At once from one connection.
  private static final int MOST_READ = 8_192;
  // While so much waits for the loop, no more is read; a phone's message is less, and asking the
  // selector to pause and to go on costs as much as the message does.
  private static final int MOST_WAITING = 4_096;
  private static final byte[] LINE_END = {'\r', '\n'};
  // A call's signalling is some kilobytes; whoever leaves this much unread is gone.
  private static final int MOST_UNSENT = 262_144;

  /** Told on the loop what the connections bring. */
  interface Listener {
    /** A whole message. */
    void received(ByteBuffer message, FlowSource from);

    /** A connection is gone. */
    void closed(FlowSource connection);
  }

  private final Executor loop;
  private final Listener listener;
  private final Optional<SslContext> tls;
  private final MultiThreadIoEventLoopGroup threads;
  private final Sources sources;
  private final Clock clock;
  private final ConcurrentHashMap<FlowSource, Channel> open = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<FlowSource, ChannelFuture> connecting = new ConcurrentHashMap<>();
  private final AtomicLong connections = new AtomicLong();
  private final List<Channel> bound = new ArrayList<>();

  StreamConnections(
      Executor loop, Listener listener, Optional<SslContext> tls, Sources sources, Clock clock) {
    this.loop = loop;
    this.clock = clock;
    this.sources = sources;
    this.listener = listener;
    this.tls = tls;
    this.threads =
        new MultiThreadIoEventLoopGroup(
            Math.max(2, Runtime.getRuntime().availableProcessors()),
            new DefaultThreadFactory("signalling", true),
            NioIoHandler.newFactory());
  }

  /**
   * Takes connections at an address.
   *
   * @param tlsOnly whether they are under TLS from their first octet, or may be
   * @return the bound address
   * @throws IOException if it cannot be bound
   */
  InetSocketAddress bind(InetSocketAddress address, boolean tlsOnly) throws IOException {
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(threads)
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, 1024)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(
                ChannelOption.RECVBUF_ALLOCATOR,
                new AdaptiveRecvByteBufAllocator(512, 2_048, MOST_READ))
            .childOption(
                ChannelOption.WRITE_BUFFER_WATER_MARK,
                new WriteBufferWaterMark(MOST_UNSENT / 2, MOST_UNSENT))
            .childHandler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel connection) {
                    prepare(connection, tlsOnly);
                  }
                });
    ChannelFuture future = bootstrap.bind(address).awaitUninterruptibly();
    if (!future.isSuccess()) {
      throw new IOException("TCP: " + future.cause().getMessage(), future.cause());
    }
    bound.add(future.channel());
    return (InetSocketAddress) future.channel().localAddress();
  }

  private void prepare(SocketChannel connection, boolean tlsOnly) {
    if (!sources.admits(connection)) {
      connection.close();
      return;
    }
    if (tls.isPresent()) {
      connection
          .pipeline()
          .addLast(new HandshakesInTime(clock))
          .addLast(
              tlsOnly
                  ? tls.get().newHandler(connection.alloc())
                  : new OptionalSslHandler(tls.get()));
    }
    cut(connection, Optional.empty());
  }

  /**
   * Cuts what comes on a connection into messages, and closes it where it is idle.
   *
   * @param source of one that was begun here; otherwise it has one when something has come
   */
  void cut(Channel connection, Optional<FlowSource> source) {
    connection
        .pipeline()
        .addLast(new IdleStateHandler(IDLE.toMillis(), 0, 0, TimeUnit.MILLISECONDS))
        .addLast(new Octets(connection, source));
  }

  /**
   * Begins a connection to somebody else, without TLS; what is sent to it meanwhile goes out when
   * it is there. The listener is told that it is closed where it does not come to be in 1.5 s.
   *
   * @param local from which of this machine's addresses, if that matters
   */
  FlowSource connect(InetSocketAddress to, Optional<InetAddress> local) {
    FlowSource source = new FlowSource(Transport.TCP, to, connections.incrementAndGet());
    Bootstrap bootstrap =
        new Bootstrap()
            .group(threads)
            .channel(NioSocketChannel.class)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) CONNECT_TIME.toMillis())
            .option(ChannelOption.TCP_NODELAY, true)
            .option(
                ChannelOption.WRITE_BUFFER_WATER_MARK,
                new WriteBufferWaterMark(MOST_UNSENT / 2, MOST_UNSENT))
            .handler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel connection) {
                    open.put(source, connection);
                    cut(connection, Optional.of(source));
                  }
                });
    local.ifPresent(address -> bootstrap.localAddress(new InetSocketAddress(address, 0)));
    ChannelFuture future = bootstrap.connect(to);
    connecting.put(source, future);
    future.addListener(
        done -> {
          connecting.remove(source);
          if (!done.isSuccess()) {
            LOG.debug("no connection to {}", to, done.cause());
            open.remove(source);
            loop.execute(() -> listener.closed(source));
          }
        });
    return source;
  }

  /** Sends to a connection that is open, or about to be; false if it is not. */
  boolean send(ByteBuffer message, FlowSource to) {
    ChannelFuture begun = connecting.get(to);
    if (begun != null) {
      ByteBuf copy = Unpooled.copiedBuffer(message);
      begun.addListener(
          done -> {
            if (done.isSuccess()) {
              begun.channel().writeAndFlush(copy);
            } else {
              copy.release();
            }
          });
      return true;
    }
    Channel channel = open.get(to);
    if (channel == null) {
      return false;
    }
    if (!channel.isWritable()) {
      LOG.info("{} does not take what it is sent; it is closed", to);
      channel.close();
      return false;
    }
    channel.writeAndFlush(Unpooled.copiedBuffer(message), channel.voidPromise());
    return true;
  }

  /** Closes a connection. */
  void close(FlowSource connection) {
    Channel channel = open.get(connection);
    if (channel != null) {
      channel.close();
    }
  }

  @Override
  public void close() {
    bound.forEach(Channel::close);
    threads.shutdownGracefully(0, 500, TimeUnit.MILLISECONDS);
  }

  private final class Octets extends SimpleChannelInboundHandler<ByteBuf> {
    private final SipFramer sip = new SipFramer(LIMITS, FlowFramer::begins, this::pong);
    private final FlowFramer framer =
        new FlowFramer(this::hand, octets -> sip.receive(octets, this::hand));
    private final Channel connection;
    private final AtomicInteger waiting = new AtomicInteger();
    private Optional<FlowSource> source;
    private Optional<Future<?>> deadline = Optional.empty();
    private boolean whole;

    Octets(Channel connection, Optional<FlowSource> source) {
      this.connection = connection;
      this.source = source;
    }

    /** A plain phone asks whether its connection is alive. */
    private void pong() {
      if (connection.isWritable()) {
        connection.writeAndFlush(Unpooled.copiedBuffer(LINE_END), connection.voidPromise());
      } else {
        connection.close();
      }
    }

    /** Whoever sends faster than the loop takes waits, not what was sent. */
    private void hand(ByteBuffer message) {
      FlowSource from = source.orElseThrow();
      int size = message.remaining();
      whole = true;
      if (waiting.addAndGet(size) > MOST_WAITING) {
        // Before the loop is given it: whoever takes the last of what waits goes on reading.
        connection.config().setAutoRead(false);
      }
      loop.execute(() -> take(message, size, from));
    }

    private void take(ByteBuffer message, int size, FlowSource from) {
      try {
        listener.received(message, from);
      } finally {
        if (waiting.addAndGet(-size) == 0 && !connection.config().isAutoRead()) {
          connection.config().setAutoRead(true);
        }
      }
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
      if (source.isEmpty()) {
        await(context); // who connects speaks first
      }
      context.fireChannelActive();
    }

    private void await(ChannelHandlerContext context) {
      deadline =
          Optional.of(
              context
                  .executor()
                  .schedule(
                      () -> context.close(), WHOLE_MESSAGE.toMillis(), TimeUnit.MILLISECONDS));
    }

    private void cease() {
      deadline.ifPresent(d -> d.cancel(false));
      deadline = Optional.empty();
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, ByteBuf data) {
      if (source.isEmpty()) {
        begin(context);
      }
      // A copy: a message is a slice of it and outlives this call.
      ByteBuffer octets = ByteBuffer.allocate(data.readableBytes());
      data.readBytes(octets);
      whole = false;
      if (!framer.receive(octets.flip())) {
        LOG.debug("{} speaks neither STUN nor SIP; it is closed", source);
        context.close();
        return;
      }
      boolean begun = sip.isWithinMessage() || framer.isWithinMessage();
      // Whoever is busy may well have the next one begun each time that one is whole.
      if (whole || !begun) {
        cease();
      }
      if (begun && deadline.isEmpty()) {
        await(context);
      }
    }

    private void begin(ChannelHandlerContext context) {
      FlowSource from =
          new FlowSource(
              context.pipeline().get(SslHandler.class) == null ? Transport.TCP : Transport.TLS,
              (InetSocketAddress) connection.remoteAddress(),
              connections.incrementAndGet());
      source = Optional.of(from);
      open.put(from, connection);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
      if (event instanceof IdleStateEvent) {
        context.close();
      }
      context.fireUserEventTriggered(event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      cease();
      source
          .filter(from -> open.remove(from, context.channel()))
          .ifPresent(from -> loop.execute(() -> listener.closed(from)));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      LOG.debug("a connection from {} has failed", context.channel().remoteAddress(), cause);
      context.close();
    }
  }
}
