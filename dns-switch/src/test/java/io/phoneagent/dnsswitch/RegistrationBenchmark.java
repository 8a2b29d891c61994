// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.phoneagent.PhoneNumber;
import io.phoneagent.protocol.BasicAuthorization;
import io.phoneagent.protocol.RegistrationPath;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What a durable registration costs the switch: its process's CPU time, from /proc, over what it
 * has answered with 200. See benchmarks/registration.
 */
@SuppressWarnings("FutureReturnValueIgnored")
final class RegistrationBenchmark {
  private static final int NUMBERS = 10_000;
  private static final String SECRET = "a secret of some length";

  private final SslContext tls;
  private final int port;
  private final byte[][] requests = new byte[NUMBERS][];
  private final MultiThreadIoEventLoopGroup threads =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicInteger failed = new AtomicInteger();
  private int sequence;
  private boolean asking;

  private RegistrationBenchmark(SslContext tls, int port) {
    this.tls = tls;
    this.port = port;
  }

  public static void main(String[] args) throws Exception {
    int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 7;
    int count = args.length > 2 ? Integer.parseInt(args[2]) : 100_000;
    int connections = args.length > 3 ? Integer.parseInt(args[3]) : 64;
    try (LoadFolder folder = LoadFolder.of(NUMBERS, SECRET);
        ServerProcess dnsSwitch =
            ServerProcess.dnsSwitch(args[0], folder.path(), "--signalling", "127.0.0.1:0")) {
      int port = dnsSwitch.awaitHttpPort();
      SslContext tls =
          SslContextBuilder.forClient()
              .trustManager(folder.path().resolve("ca.pem").toFile())
              .build();
      RegistrationBenchmark benchmark = new RegistrationBenchmark(tls, port);
      System.out.println(
          "CPU time of the switch per durable registration, us; " + NUMBERS + " numbers");
      // The JVM compiles for some hundred thousand registrations; a switch runs for months.
      benchmark.rounds("warm-up", dnsSwitch, 8, count, connections, false);
      benchmark.rounds("kept connections", dnsSwitch, rounds, count, connections, false);
      benchmark.asking = true;
      benchmark.rounds("no registration: whoami", dnsSwitch, 5, count, connections, false);
      benchmark.asking = false;
      benchmark.rounds("fresh handshake each", dnsSwitch, 3, count / 20, connections, true);
      System.out.println("not answered with 200: " + benchmark.failed.get());
      benchmark.threads.shutdownGracefully();
    }
  }

  private static PhoneNumber number(int i) {
    return new PhoneNumber(RegisterLoad.number(i));
  }

  private void rounds(
      String name, ServerProcess dnsSwitch, int rounds, int count, int connections, boolean fresh)
      throws Exception {
    double[] micros = new double[rounds];
    double[] rates = new double[rounds];
    for (int i = 0; i < rounds; i++) {
      double cpu = dnsSwitch.cpuMicros();
      long from = System.nanoTime();
      round(count, connections, fresh);
      rates[i] = count / ((System.nanoTime() - from) / 1e9);
      micros[i] = (dnsSwitch.cpuMicros() - cpu) / count;
    }
    Arrays.sort(micros);
    Arrays.sort(rates);
    System.out.printf(
        Locale.ROOT,
        "%-24s median %6.1f  (%.1f to %.1f, %d rounds of %d, %d connections; %.0f a second)%n",
        name,
        micros[rounds / 2],
        micros[0],
        micros[rounds - 1],
        rounds,
        count,
        connections,
        rates[rounds / 2]);
  }

  /** Registers, each number with a higher sequence than before. */
  private void round(int count, int connections, boolean fresh) throws InterruptedException {
    next.set(0);
    CountDownLatch open = new CountDownLatch(connections);
    for (int i = 0; i < connections; i++) {
      connect(count, fresh, open);
    }
    open.await();
  }

  private void connect(int count, boolean fresh, CountDownLatch open) {
    new Bootstrap()
        .group(threads)
        .channel(NioSocketChannel.class)
        .handler(
            new ChannelInitializer<SocketChannel>() {
              @Override
              protected void initChannel(SocketChannel channel) {
                channel
                    .pipeline()
                    .addLast(tls.newHandler(channel.alloc(), "localhost", port))
                    .addLast(new Phone(count, fresh, open));
              }
            })
        .connect("127.0.0.1", port);
  }

  private ByteBuf request(int n) {
    if (asking) {
      return Unpooled.copiedBuffer("GET /v1/whoami HTTP/1.1\r\nHost: localhost\r\n\r\n", US_ASCII);
    }
    int i = n % NUMBERS;
    if (requests[i] == null) {
      requests[i] =
          ("PUT "
                  + RegistrationPath.of(number(i))
                  + " HTTP/1.1\r\nHost: localhost:"
                  + port
                  + "\r\nAuthorization: "
                  + BasicAuthorization.of(number(i), SECRET).header()
                  + "\r\nAccept: application/json, application/problem+json\r\n"
                  + "Content-Type: application/json\r\nConnection: Keep-Alive\r\n"
                  + "Accept-Encoding: gzip\r\nUser-Agent: okhttp/5.1.0\r\n")
              .getBytes(US_ASCII);
    }
    String body =
        "{\"mac\":\"02:00:00:00:01:64\",\"localAddress\":\"192.168.1.100\","
            + "\"publicAddress\":\"203.0.113.1\",\"backupNumber\":\"+15551239999\","
            + "\"protocol\":\"sip\",\"transport\":\"udp\","
            + "\"bootId\":\"5f0d6a1b2c3d4e5f60718293a4b5c6d7\",\"sequence\":"
            + ++sequence
            // No two in a row alike, so that each goes into the record by itself.
            + ",\"reason\":\"http:/status says 203.0.113."
            + (sequence & 127)
            + "\"}";
    byte[] rest = ("Content-Length: " + body.length() + "\r\n\r\n" + body).getBytes(US_ASCII);
    return Unpooled.wrappedBuffer(requests[i], rest);
  }

  /** Registers again and again on its connection, or once. */
  private final class Phone extends SimpleChannelInboundHandler<ByteBuf> {
    private final int count;
    private final boolean fresh;
    private final CountDownLatch open;
    private final StringBuilder answer = new StringBuilder();
    private boolean done;

    Phone(int count, boolean fresh, CountDownLatch open) {
      this.count = count;
      this.fresh = fresh;
      this.open = open;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
      register(context);
    }

    private void register(ChannelHandlerContext context) {
      int n = next.getAndIncrement();
      if (n >= count) {
        done = true;
        context.close();
        open.countDown();
        return;
      }
      context.writeAndFlush(request(n));
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, ByteBuf octets) {
      answer.append(octets.toString(US_ASCII));
      if (!answer.toString().endsWith("}")) {
        return;
      }
      if (!answer.toString().startsWith("HTTP/1.1 200")) {
        failed.incrementAndGet();
      }
      answer.setLength(0);
      if (fresh) {
        done = true;
        context.close();
        connect(count, true, open);
      } else {
        register(context);
      }
    }

    /** Closed where the switch was behind, too: a phone comes again. */
    @Override
    public void channelInactive(ChannelHandlerContext context) {
      if (!done) {
        context.executor().schedule(() -> connect(count, fresh, open), 200, TimeUnit.MILLISECONDS);
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      failed.incrementAndGet();
      context.close();
    }
  }
}
