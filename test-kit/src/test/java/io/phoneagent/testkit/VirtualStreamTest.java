// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.spi.ListenerPort;
import io.phoneagent.spi.StreamPort;
import io.phoneagent.spi.StreamReceiver;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** TCP in the virtual internet: in order, and dead without a word where a NAT forgets it. */
class VirtualStreamTest {
  private final VirtualTime time = new VirtualTime();
  private final VirtualNetwork network = new VirtualNetwork(time, 1);
  private final VirtualHost server = network.host("192.0.2.1");
  private final VirtualNat nat = network.nat("203.0.113.11", NatBehaviour.home());
  private final VirtualHost phone = nat.host("192.168.1.100");
  private final List<String> heard = new ArrayList<>();
  private final List<StreamPort> accepted = new ArrayList<>();

  @BeforeEach
  void listen() {
    server.listen(
        5060,
        (stream, from) -> {
          heard.add("from " + from.getAddress().getHostAddress());
          accepted.add(stream);
          return told("server");
        });
  }

  private StreamReceiver told(String name) {
    return new StreamReceiver() {
      @Override
      public void connected() {
        heard.add(name + " connected");
      }

      @Override
      public void received(ByteBuffer data) {
        heard.add(name + " " + StandardCharsets.US_ASCII.decode(data));
      }

      @Override
      public void closed(String cause) {
        heard.add(name + " closed: " + cause);
      }
    };
  }

  private StreamPort open(int port) throws IOException {
    return phone
        .loop()
        .openStream(
            new InetSocketAddress(phone.address(), 0),
            new InetSocketAddress(server.address(), port),
            told("phone"));
  }

  private static ByteBuffer octets(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
  }

  private StreamPort connected() throws IOException {
    StreamPort stream = open(5060);
    time.advance(Duration.ofMillis(20));
    assertThat(heard).containsExactly("from 203.0.113.11", "server connected", "phone connected");
    heard.clear();
    return stream;
  }

  @Test
  void carriesBothWaysInOrderWhateverIsLost() throws IOException {
    StreamPort stream = connected();
    network.loss(0.3);
    for (int i = 0; i < 50; i++) {
      stream.send(octets("up" + i));
      accepted.get(0).send(octets("down" + i));
      time.advance(Duration.ofMillis(5));
    }
    time.advance(Duration.ofSeconds(1));
    List<String> up = new ArrayList<>();
    List<String> down = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      up.add("server up" + i);
      down.add("phone down" + i);
    }
    assertThat(heard.stream().filter(h -> h.startsWith("server")).toList()).isEqualTo(up);
    assertThat(heard.stream().filter(h -> h.startsWith("phone")).toList()).isEqualTo(down);
  }

  @Test
  void nobodyListens() throws IOException {
    open(5061);
    time.advance(Duration.ofSeconds(1));
    assertThat(heard).containsExactly("phone closed: Connection refused");
  }

  @Test
  void closingTellsTheOtherEnd() throws IOException {
    connected().close();
    time.advance(Duration.ofSeconds(1));
    assertThat(heard).containsExactly("server closed: closed by the other end");
    assertThat(phone.openSockets()).isZero();
    assertThat(server.openSockets()).isZero();
  }

  @Test
  void aNatThatAdoptsItLetsTheFarEndResetIt() throws IOException {
    StreamPort stream = connected();
    nat.changeAddress("203.0.113.12");
    stream.send(octets("x"));
    time.advance(Duration.ofSeconds(1));
    assertThat(heard).containsExactly("phone closed: Connection reset");
  }

  @Test
  void aNatThatDropsItLeavesBothEndsInTheDark() throws IOException {
    nat.adoptUnknownTcp(false);
    StreamPort stream = connected();
    nat.changeAddress("203.0.113.12");
    stream.send(octets("x"));
    accepted.get(0).send(octets("y"));
    time.advance(Duration.ofHours(1));
    assertThat(heard).isEmpty();
    assertThat(phone.openSockets()).isEqualTo(1);
  }

  @Test
  void aKilledHostResetsWhatItHad() throws IOException {
    connected();
    server.killAll();
    time.advance(Duration.ofSeconds(1));
    assertThat(heard).containsExactly("phone closed: Connection reset");
  }

  @Test
  void whatIsListenedForIsTakenOrClosed() throws IOException {
    InetSocketAddress here = new InetSocketAddress(server.address(), 0);
    ListenerPort listener =
        server.network().openListener(here, (stream, from) -> Optional.of(told("taker")));
    ListenerPort refuser = server.network().openListener(here, (stream, from) -> Optional.empty());
    assertThat(server.openSockets()).isEqualTo(2);
    open(listener.local().getPort()).send(octets("hello"));
    time.advance(Duration.ofMillis(100));
    assertThat(heard).containsExactly("taker connected", "phone connected", "taker hello");
    heard.clear();
    open(refuser.local().getPort());
    time.advance(Duration.ofMillis(100));
    assertThat(heard).containsExactly("phone connected", "phone closed: closed by the other end");
    heard.clear();
    listener.close();
    open(listener.local().getPort());
    time.advance(Duration.ofMillis(100));
    assertThat(heard).containsExactly("phone closed: Connection refused");
    assertThat(server.openSockets()).as("the refuser, and the first connection").isEqualTo(2);
  }
}
