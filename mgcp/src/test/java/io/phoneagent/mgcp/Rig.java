// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.mgcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.testkit.VirtualTime;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A gateway with two lines whose call agent is the test. Random numbers are all one half, so the
 * first transaction is 500,000,000.
 */
final class Rig {
  static final MgcpPeer CA = MgcpPeer.of(new InetSocketAddress("192.0.2.1", 2727));
  static final MgcpPeer CA2 = MgcpPeer.of(new InetSocketAddress("192.0.2.2", 2727));
  static final MgcpPeer STRANGER = MgcpPeer.of(new InetSocketAddress("203.0.113.66", 2727));
  static final String DOMAIN = "rgw-2567.example.net";

  final VirtualTime time = new VirtualTime();
  final List<String> sent = new ArrayList<>();
  final List<MgcpPeer> sentTo = new ArrayList<>();
  final List<String> heard = new ArrayList<>();
  final FakePhone phone = new FakePhone();
  final FakePhone phone2 = new FakePhone();
  final FakeMedia media = new FakeMedia();
  List<MgcpPeer> silent = List.of();
  final MgcpGateway gateway;
  final MgcpEndpoint line;
  final MgcpEndpoint line2;

  Rig() {
    this(GatewayOptions.of(DOMAIN).waitingAtMost(Duration.ZERO));
  }

  Rig(GatewayOptions options) {
    gateway =
        new MgcpGateway(
            time,
            (datagram, to) -> {
              sent.add(Wire.text(datagram));
              sentTo.add(to);
            },
            new Agents(),
            options,
            () -> 0.5,
            new GatewayListener() {
              @Override
              public void inService(RestartMethod method) {
                heard.add("in service: " + method.text());
              }

              @Override
              public void disconnected(List<MgcpPeer> tried) {
                heard.add("disconnected");
                silent = tried;
              }

              @Override
              public void restartRefused(int code, String comment) {
                heard.add("refused: " + code + " " + comment);
              }
            });
    line = gateway.line(1, phone, media);
    line2 = gateway.line(2, phone2, media);
  }

  /** ca1 has two addresses, ca2 another; nobody else is talked to. */
  private static final class Agents implements CallAgents {
    @Override
    public List<MgcpPeer> addresses(NotifiedEntity entity) {
      return switch (entity.domain()) {
        case "ca1.example.net" -> List.of(CA, CA2);
        case "ca2.example.net" -> List.of(CA2);
        default -> List.of();
      };
    }

    @Override
    public boolean hears(MgcpPeer from) {
      return from.equals(CA) || from.equals(CA2);
    }

    @Override
    public Optional<NotifiedEntity> first() {
      return NotifiedEntity.parse("ca1.example.net");
    }

    @Override
    public List<MgcpPeer> firstAddresses() {
      return List.of(CA);
    }
  }

  /** In service, and nothing remembered of how it got there. */
  Rig started() {
    gateway.start();
    time.advance(Duration.ZERO);
    receive("200 " + lastTransaction() + " OK\n");
    assertThat(gateway.isInService()).isTrue();
    // The answer is then no longer to be confirmed by the next command.
    time.advance(Duration.ofSeconds(30));
    sent.clear();
    sentTo.clear();
    heard.clear();
    return this;
  }

  void receive(String text) {
    receive(text, CA);
  }

  void receive(String text, MgcpPeer from) {
    gateway.receive(ByteBuffer.wrap(Wire.octets(text)), from);
  }

  /** What the command is answered with, its transaction's end remembered. */
  String ask(String text) {
    int before = sent.size();
    receive(text);
    assertThat(sent).as("answers to %s", text).hasSizeGreaterThan(before);
    return sent.get(before);
  }

  /** The return code alone. */
  int code(String text) {
    return Integer.parseInt(ask(text).substring(0, 3));
  }

  String last() {
    return sent.get(sent.size() - 1);
  }

  /** Of the last command that was sent. */
  int lastTransaction() {
    return Wire.command(last()).transaction();
  }

  /** Answers the last command that was sent. */
  void ok() {
    receive("200 " + lastTransaction() + " OK\n");
  }

  void seconds(double seconds) {
    time.advance(Duration.ofNanos((long) (seconds * 1e9)));
  }

  void lift() {
    phone.offHook = true;
    line.offHook();
  }

  void putDown() {
    phone.offHook = false;
    line.onHook();
  }

  void dial(String keys) {
    for (int i = 0; i < keys.length(); i++) {
      line.digit(keys.charAt(i));
    }
  }
}
