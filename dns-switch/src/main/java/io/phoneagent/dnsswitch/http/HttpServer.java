// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.http;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.flow.FlowControlHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.phoneagent.PhoneAgentException;
import io.phoneagent.protocol.MessageReader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * The switch's HTTP server. Refuses what is too long before it is read, and closes connections that
 * keep it waiting.
 */
@SuppressWarnings("FutureReturnValueIgnored") // nobody waits for a close
public final class HttpServer implements AutoCloseable {
  /** A request line has some 60 bytes. */
  private static final int MAX_LINE = 4096;

  private static final int MAX_HEADERS = 8192;

  private final MultiThreadIoEventLoopGroup threads;
  private final Channel channel;

  private HttpServer(MultiThreadIoEventLoopGroup threads, Channel channel) {
    this.threads = threads;
    this.channel = channel;
  }

  /**
   * Limits that a test may narrow.
   *
   * @param perSource connections from one address at a time
   * @param patience for a handshake, a whole request, or the next one
   */
  public record Limits(int perSource, Duration patience) {
    /** A thousand phones behind one firewall, and ten seconds. */
    public static final Limits DEFAULT = new Limits(1024, Duration.ofSeconds(10));
  }

  /** TLS with the switch's own certificates. */
  public static SslContext tls(X509ExtendedKeyManager identity) throws SSLException {
    return SslContextBuilder.forServer(identity)
        .sslProvider(SslProvider.JDK)
        .protocols("TLSv1.3", "TLSv1.2")
        .build();
  }

  /**
   * TLS with the operator's own certificate.
   *
   * @throws PhoneAgentException if the files are not a PEM chain and its PKCS #8 key
   */
  public static SslContext tls(Path certificate, Path key) {
    try {
      return SslContextBuilder.forServer(certificate.toFile(), key.toFile())
          .sslProvider(SslProvider.JDK)
          .protocols("TLSv1.3", "TLSv1.2")
          .build();
    } catch (SSLException | IllegalArgumentException e) {
      throw new PhoneAgentException(
          "certificate "
              + certificate
              + " with key "
              + key
              + " cannot be used; give a PEM chain and its unencrypted PKCS #8 key",
          e);
    }
  }

  /**
   * Binds and serves.
   *
   * @param tls empty for plain HTTP
   * @throws IOException if the address cannot be bound
   */
  public static HttpServer start(
      InetSocketAddress address,
      Optional<SslContext> tls,
      RegistrationService service,
      Limits limits)
      throws IOException {
    MultiThreadIoEventLoopGroup threads =
        new MultiThreadIoEventLoopGroup(
            Math.max(2, Runtime.getRuntime().availableProcessors()),
            new DefaultThreadFactory("http", true),
            NioIoHandler.newFactory());
    ConnectionCount connections = new ConnectionCount(limits.perSource());
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(threads)
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, 1024)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel connection) {
                    if (!connections.admit(connection)) {
                      connection.close();
                      return;
                    }
                    prepare(connection, tls, service, limits);
                  }
                });
    var bound = bootstrap.bind(address).awaitUninterruptibly();
    if (!bound.isSuccess()) {
      threads.shutdownGracefully(0, 0, TimeUnit.MILLISECONDS);
      throw new IOException("cannot be bound: " + bound.cause().getMessage(), bound.cause());
    }
    return new HttpServer(threads, bound.channel());
  }

  private static void prepare(
      SocketChannel connection,
      Optional<SslContext> tls,
      RegistrationService service,
      Limits limits) {
    if (tls.isPresent()) {
      SslHandler handler = tls.get().newHandler(connection.alloc());
      handler.setHandshakeTimeoutMillis(limits.patience().toMillis());
      connection.pipeline().addLast(handler);
    }
    connection
        .pipeline()
        .addLast(
            new HttpServerCodec(
                new HttpDecoderConfig()
                    .setMaxInitialLineLength(MAX_LINE)
                    .setMaxHeaderSize(MAX_HEADERS)))
        .addLast(new WholeRequest(MessageReader.MAX_REQUEST))
        .addLast(new FlowControlHandler()) // the next request waits for the answer to this
        .addLast(new RequestHandler(service, limits.patience()));
  }

  /** The bound address. */
  public InetSocketAddress address() {
    return (InetSocketAddress) channel.localAddress();
  }

  /** Takes no more connections; those that are up get this long to finish what they asked. */
  public void close(Duration atMost) {
    channel.close().awaitUninterruptibly();
    threads
        .shutdownGracefully(50, atMost.toMillis(), TimeUnit.MILLISECONDS)
        .awaitUninterruptibly(atMost.toMillis());
  }

  @Override
  public void close() {
    close(Duration.ofSeconds(1));
  }
}
