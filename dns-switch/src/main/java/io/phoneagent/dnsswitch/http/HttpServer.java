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
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.phoneagent.PhoneAgentException;
import io.phoneagent.protocol.MessageReader;
import io.phoneagent.runtime.Clock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import javax.net.ssl.SSLException;
import javax.net.ssl.X509ExtendedKeyManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The switch's HTTP server. Refuses what is too long before it is read, and closes connections that
 * keep it waiting.
 */
@SuppressWarnings("FutureReturnValueIgnored") // nobody waits for a close
public final class HttpServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);

  /** A request line has some 60 bytes. */
  private static final int MAX_LINE = 4096;

  private static final int MAX_HEADERS = 8192;

  /** BoringSSL wherever its native part can be loaded: a handshake costs a quarter of the JDK's. */
  private static final SslProvider PROVIDER = provider();

  private final MultiThreadIoEventLoopGroup threads;
  private final Channel channel;

  private HttpServer(MultiThreadIoEventLoopGroup threads, Channel channel) {
    this.threads = threads;
    this.channel = channel;
  }

  /**
   * What one source, and all together, may do. A source is an IPv4 address or an IPv6 /64.
   *
   * @param connections of one source at a time, and within a moment
   * @param connectionsPerSecond of one source in the long run; a handshake is what costs most
   * @param requestsPerSecond of one source; what is more waits for its turn
   * @param connectionsOfAll all sources together
   * @param patience for a handshake, a whole request, the taking of its answer, or the next one
   * @param unlimited the sources for which the first three do not hold
   */
  public record Limits(
      int connections,
      int connectionsPerSecond,
      int requestsPerSecond,
      int connectionsOfAll,
      Duration patience,
      Predicate<InetAddress> unlimited) {
    /**
     * A thousand phones behind one firewall or a carrier's NAT; all together leave file descriptors
     * to calls; ten seconds. Programs on this machine can do worse than to flood us.
     */
    public static final Limits DEFAULT =
        new Limits(1024, 256, 1000, 16_384, Duration.ofSeconds(10), InetAddress::isLoopbackAddress);

    /** The same for so many phones of one source. */
    public Limits perSource(int phones) {
      return new Limits(
          phones,
          Math.max(1, phones / 4),
          phones,
          Math.max(phones, connectionsOfAll),
          patience,
          unlimited);
    }
  }

  private static SslProvider provider() {
    if (OpenSsl.isAvailable()) {
      return SslProvider.OPENSSL;
    }
    LOG.info("TLS by the JDK, as BoringSSL cannot be loaded: {}", OpenSsl.unavailabilityCause());
    return SslProvider.JDK;
  }

  /** TLS with the switch's own certificates. */
  public static SslContext tls(X509ExtendedKeyManager identity) throws SSLException {
    return SslContextBuilder.forServer(identity)
        .sslProvider(PROVIDER)
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
          .sslProvider(PROVIDER)
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
   * @param clock for what may be done in a second
   * @throws IOException if the address cannot be bound
   */
  public static HttpServer start(
      InetSocketAddress address,
      Optional<SslContext> tls,
      RegistrationService service,
      Limits limits,
      Clock clock)
      throws IOException {
    MultiThreadIoEventLoopGroup threads =
        new MultiThreadIoEventLoopGroup(
            Math.max(2, Runtime.getRuntime().availableProcessors()),
            new DefaultThreadFactory("http", true),
            NioIoHandler.newFactory());
    Sources sources = new Sources(clock, limits);
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
                    Optional<Source> source = sources.admit(connection);
                    if (source.isEmpty()) {
                      connection.close();
                      return;
                    }
                    if (tls.isPresent()) {
                      secure(connection, tls.get(), limits, clock);
                    }
                    RequestHandler handler =
                        new RequestHandler(service, limits.patience(), source.get(), clock);
                    prepare(connection, handler);
                  }
                });
    var bound = bootstrap.bind(address).awaitUninterruptibly();
    if (!bound.isSuccess()) {
      threads.shutdownGracefully(0, 0, TimeUnit.MILLISECONDS);
      throw new IOException("cannot be bound: " + bound.cause().getMessage(), bound.cause());
    }
    return new HttpServer(threads, bound.channel());
  }

  private static void secure(SocketChannel connection, SslContext tls, Limits limits, Clock clock) {
    SslHandler handler = tls.newHandler(connection.alloc());
    handler.setHandshakeTimeoutMillis(limits.patience().toMillis());
    connection.pipeline().addLast(new HandshakesInTime(clock)).addLast(handler);
  }

  private static void prepare(SocketChannel connection, RequestHandler handler) {
    connection
        .pipeline()
        .addLast(
            new HttpServerCodec(
                new HttpDecoderConfig()
                    .setMaxInitialLineLength(MAX_LINE)
                    .setMaxHeaderSize(MAX_HEADERS)))
        .addLast(new WholeRequest(MessageReader.MAX_REQUEST))
        .addLast(new FlowControlHandler()) // the next request waits for the answer to this
        .addLast(handler);
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
