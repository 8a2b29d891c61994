// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.embedded.EmbeddedChannel;
import io.phoneagent.dnsswitch.http.HttpServer;
import io.phoneagent.dnsswitch.http.Sources;
import io.phoneagent.flow.FlowSource;
import io.phoneagent.testkit.VirtualTime;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How long a connection may take for a message, and may be idle; on virtual time. */
class ConnectionTimesTest {
  private static final String SIP = "OPTIONS sip:x SIP/2.0\r\nContent-Length: 2\r\n\r\n\001\002";

  private final VirtualTime time = new VirtualTime();
  private final List<String> seen = new ArrayList<>();
  private final StreamConnections connections =
      new StreamConnections(
          Runnable::run,
          new Heard(),
          Optional.empty(),
          new Sources(
              time,
              new HttpServer.Limits(
                  3, 1_000, 1_000, 1_000, Duration.ofSeconds(10), address -> false)),
          time);
  private final Wire wire = new Wire();

  private final class Heard implements StreamConnections.Listener {
    @Override
    public void received(ByteBuffer message, FlowSource from) {
      seen.add(US_ASCII.decode(message).toString());
    }

    @Override
    public void closed(FlowSource connection) {
      seen.add("closed");
    }
  }

  /** A connection that somebody has opened. */
  private final class Wire extends EmbeddedChannel {
    Wire() {
      super(
          new ChannelInitializer<Channel>() {
            @Override
            protected void initChannel(Channel channel) {
              ((EmbeddedChannel) channel).freezeTime();
              connections.cut(channel, Optional.empty());
            }
          });
    }

    @Override
    protected SocketAddress remoteAddress0() {
      return new InetSocketAddress("192.0.2.7", 40_000);
    }

    void send(String octets) {
      writeInbound(Unpooled.copiedBuffer(octets, US_ASCII));
    }

    void passMillis(long millis) {
      advanceTimeBy(millis, TimeUnit.MILLISECONDS);
      runScheduledPendingTasks();
    }
  }

  @AfterEach
  void close() {
    wire.finishAndReleaseAll();
    connections.close();
  }

  @Test
  void whoSaysNothingAtFirstIsClosed() {
    wire.passMillis(9_999);
    assertThat(wire.isOpen()).isTrue();
    wire.passMillis(1);
    assertThat(wire.isOpen()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"I", "\000", "\r\n\r\nOPTIONS sip:x SIP/2.0\r\nContent-Length: 9\r\n\r\n"})
  void halfAMessageIsNotWaitedForThoughItDrips(String half) {
    wire.send(half);
    for (int seconds = 2; seconds < 10; seconds += 2) {
      wire.passMillis(2_000);
      assertThat(wire.isOpen()).as("after %s s", seconds).isTrue();
      wire.send("\000");
    }
    wire.passMillis(2_000);
    assertThat(wire.isOpen()).isFalse();
    assertThat(seen).containsExactly("closed");
  }

  @Test
  void neitherIsTheSecondHalfOfALaterMessage() {
    wire.send(SIP);
    wire.passMillis(60_000);
    wire.send(SIP.substring(0, 7));
    wire.passMillis(9_999);
    assertThat(wire.isOpen()).isTrue();
    wire.passMillis(1);
    assertThat(wire.isOpen()).isFalse();
    assertThat(seen).containsExactly(SIP, "closed");
  }

  /** As it is cut up by the network, there may be no moment without a message under way. */
  @Test
  void aBusyConnectionMayHaveTheNextMessageBegunEachTime() {
    String begin = SIP.substring(0, 7);
    String end = SIP.substring(7);
    wire.send(begin);
    for (int seconds = 1; seconds <= 60; seconds++) {
      wire.passMillis(1_000);
      wire.send(end + begin);
      assertThat(seen).hasSize(seconds).containsOnly(SIP);
      assertThat(wire.isOpen()).isTrue();
    }
  }

  @Test
  void whoSaysNothingForFiveMinutesIsGone() {
    wire.send(SIP);
    wire.passMillis(200_000);
    wire.send(SIP);
    wire.passMillis(299_999);
    assertThat(wire.isOpen()).isTrue();
    wire.passMillis(1);
    assertThat(wire.isOpen()).isFalse();
    assertThat(seen).containsExactly(SIP, SIP, "closed");
  }
}
