// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.flow.FlowControlHandler;
import io.phoneagent.dnsswitch.address.MemoryAddresses;
import io.phoneagent.dnsswitch.call.MemoryLocations;
import io.phoneagent.dnsswitch.registry.KeyMint;
import io.phoneagent.dnsswitch.registry.Registry;
import io.phoneagent.dnsswitch.registry.RegistrySettings;
import io.phoneagent.testkit.VirtualTime;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A client that asks, and takes no answer. */
class UnreadAnswersTest {
  private final VirtualTime time = new VirtualTime();
  private final Deque<ChannelPromise> unread = new ArrayDeque<>();
  private final EmbeddedChannel connection = new Connection();

  UnreadAnswersTest() {
    Registry registry =
        new Registry(
            number -> Optional.empty(),
            new MemoryLocations(),
            (request, arrival) -> Optional.empty(),
            KeyMint.random(),
            RegistrySettings.DEFAULT,
            time,
            time,
            time);
    connection.freezeTime();
    connection
        .pipeline()
        .addLast(
            new ChannelOutboundHandlerAdapter() {
              @Override
              public void write(
                  ChannelHandlerContext context, Object message, ChannelPromise promise) {
                unread.add(promise);
              }
            },
            new FlowControlHandler(),
            new RequestHandler(
                new RegistrationService(
                    number -> Optional.empty(),
                    registry,
                    MemoryAddresses.pool(time),
                    () -> CompletableFuture.completedFuture(Map.of("flows", 0)),
                    time),
                Duration.ofSeconds(10),
                new Source(HttpServer.Limits.DEFAULT, false),
                time));
    connection.pipeline().fireChannelActive();
  }

  private static final class Connection extends EmbeddedChannel {
    @Override
    protected SocketAddress remoteAddress0() {
      return new InetSocketAddress(InetAddress.getLoopbackAddress(), 40_000);
    }

    @Override
    protected SocketAddress localAddress0() {
      return new InetSocketAddress(InetAddress.getLoopbackAddress(), 8_443);
    }
  }

  private void ask(int times) {
    for (int i = 0; i < times; i++) {
      DefaultFullHttpRequest request =
          new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/v1/whoami");
      request.headers().set(HttpHeaderNames.HOST, "x");
      connection.writeInbound(request);
    }
    connection.runPendingTasks();
  }

  @Test
  void theNextRequestWaitsUntilTheAnswerWasTaken() {
    ask(3);
    assertThat(unread).hasSize(1);
    assertThat(connection.config().isAutoRead()).isFalse();
    unread.remove().setSuccess();
    connection.runPendingTasks();
    assertThat(unread).hasSize(1);
  }

  @Test
  void whoDoesNotTakeItIsClosed() {
    connection.advanceTimeBy(9, TimeUnit.SECONDS);
    ask(1);
    connection.advanceTimeBy(9, TimeUnit.SECONDS);
    connection.runScheduledPendingTasks();
    assertThat(connection.isOpen()).isTrue();
    connection.advanceTimeBy(1, TimeUnit.SECONDS);
    connection.runScheduledPendingTasks();
    assertThat(connection.isOpen()).isFalse();
  }
}
