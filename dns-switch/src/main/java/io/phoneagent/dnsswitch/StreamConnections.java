// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch;

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
 * octet tells them apart. Connections are cut into messages on threads of their own; the loop is
 * given whole ones.
 */
@SuppressWarnings("FutureReturnValueIgnored") // nobody waits for a write or a close
final class StreamConnections implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StreamConnections.class);

  // From the connection to its first message, with any handshake, and from a message's first octet
  // to its last: a phone sends each at once.
  private static final Duration WHOLE_MESSAGE = Duration.ofSeconds(10);
  // Several keep-alives of any phone. Whoever says nothing for so long has gone without a word.
  private static final Duration IDLE = Duration.ofMinutes(5);
  // What the switchboard takes; 16,384 connections with half a message each are 256 MB.
  private static final SipLimits LIMITS = new SipLimits(16_384, 128, 8_192, 16_384);
  // At once from one connection; the next is read when the loop has taken what this brought.
  private static final int MOST_READ = 8_192;
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
    connection
        .pipeline()
        .addLast(new IdleStateHandler(IDLE.toMillis(), 0, 0, TimeUnit.MILLISECONDS))
        .addLast(new Octets(connection));
  }

  /** Sends to a connection that is open; lost if it is not. */
  void send(ByteBuffer message, FlowSource to) {
    Channel channel = open.get(to);
    if (channel == null) {
      return;
    }
    if (!channel.isWritable()) {
      LOG.info("{} does not take what it is sent; it is closed", to);
      channel.close();
      return;
    }
    channel.writeAndFlush(Unpooled.copiedBuffer(message), channel.voidPromise());
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
    private final SipFramer sip = new SipFramer(LIMITS, FlowFramer::beginsStun);
    private final FlowFramer framer =
        new FlowFramer(this::hand, octets -> sip.receive(octets, this::hand));
    private final SocketChannel connection;
    private final AtomicInteger waiting = new AtomicInteger();
    private Optional<FlowSource> source = Optional.empty();
    private Optional<Future<?>> deadline = Optional.empty();

    Octets(SocketChannel connection) {
      this.connection = connection;
    }

    /** Whoever sends faster than the loop takes waits, not what was sent. */
    private void hand(ByteBuffer message) {
      FlowSource from = source.orElseThrow();
      connection.config().setAutoRead(false);
      waiting.incrementAndGet();
      loop.execute(() -> take(message, from));
    }

    private void take(ByteBuffer message, FlowSource from) {
      try {
        listener.received(message, from);
      } finally {
        if (waiting.decrementAndGet() == 0) {
          connection.config().setAutoRead(true);
        }
      }
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
      await(context);
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
      if (!framer.receive(octets.flip())) {
        LOG.debug("{} speaks neither STUN nor SIP; it is closed", source);
        context.close();
      } else if (!sip.isWithinMessage() && !framer.isWithinMessage()) {
        cease();
      } else if (deadline.isEmpty()) {
        await(context);
      }
    }

    private void begin(ChannelHandlerContext context) {
      FlowSource from =
          new FlowSource(
              context.pipeline().get(SslHandler.class) == null ? Transport.TCP : Transport.TLS,
              connection.remoteAddress(),
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
