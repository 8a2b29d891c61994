// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.TimelineEntry;
import io.phoneagent.mgcp.AnalogPort;
import io.phoneagent.mgcp.CallerId;
import io.phoneagent.mgcp.GatewayListener;
import io.phoneagent.mgcp.GatewayOptions;
import io.phoneagent.mgcp.MediaEngine;
import io.phoneagent.mgcp.MediaRequest;
import io.phoneagent.mgcp.MediaStream;
import io.phoneagent.mgcp.MgcpPeer;
import io.phoneagent.mgcp.NotifiedEntity;
import io.phoneagent.mgcp.Refusal;
import io.phoneagent.mgcp.ReturnCode;
import io.phoneagent.mgcp.Tone;
import io.phoneagent.spi.DatagramPort;
import io.phoneagent.testkit.VirtualHost;
import io.phoneagent.testkit.VirtualNetwork;
import io.phoneagent.testkit.VirtualTime;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An adapter and a call agent of others, which may be silent, hostile or somebody else. */
class MgcpAdapterTest {
  private static final String AT = " aaln/1@ata.example.net MGCP 1.0\r\n";

  private final VirtualTime time = new VirtualTime();
  private final VirtualNetwork network = new VirtualNetwork(time, 4);
  private final VirtualHost phone = network.host("192.0.2.7");
  private final VirtualHost agent = network.host("198.51.100.1");
  private final List<String> said = new ArrayList<>();
  private final List<String> told = new ArrayList<>();
  private final Port port = new Port();
  private final DatagramPort socket = open(agent, 2727);
  private final MgcpAdapter adapter = adapter();
  private boolean silent;

  private DatagramPort open(VirtualHost host, int at) {
    try {
      return host.network()
          .openDatagram(new InetSocketAddress(host.address(), at), this::heardByAnAgent);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private void heardByAnAgent(ByteBuffer datagram, InetSocketAddress from) {
    String text = StandardCharsets.ISO_8859_1.decode(datagram).toString();
    said.add(text);
    if (Character.isLetter(text.charAt(0)) && !silent) {
      answer(text, "200");
    }
  }

  private void answer(String command, String with) {
    send(socket, with.replaceFirst("^(\\d+)", "$1 " + command.split(" ", 3)[1]) + " x\r\n");
  }

  private void send(DatagramPort from, String text) {
    from.send(ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1)), adapter.local());
  }

  private MgcpAdapter adapter() {
    try {
      MgcpAdapter made =
          new MgcpAdapter(
              phone.loop(),
              phone.network(),
              NotifiedEntity.parse("ca.example.net").orElseThrow(),
              new InetSocketAddress(phone.address(), 2427),
              GatewayOptions.of("ata.example.net").waitingAtMost(Duration.ZERO),
              new Told(),
              Runnable::run);
      made.line(1, port, new NoMedia());
      return made;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private final class Told implements GatewayListener {
    @Override
    public void disconnected(List<MgcpPeer> tried) {
      told.add("disconnected from " + tried);
    }

    @Override
    public void callAgentUnknown(String host) {
      told.add("unknown: " + host);
    }
  }

  private static final class NoMedia implements MediaEngine {
    @Override
    public List<String> capabilities() {
      return List.of("a:PCMU");
    }

    @Override
    public MediaStream open(MediaRequest request) throws Refusal {
      throw new Refusal(ReturnCode.NO_RESOURCES_NOW, "none in this test");
    }
  }

  private static final class Port implements AnalogPort {
    private boolean rings;

    @Override
    public boolean isOffHook() {
      return false;
    }

    @Override
    public void ring(boolean on) {
      rings = on;
    }

    @Override
    public void showCaller(CallerId caller) {}

    @Override
    public void play(Tone tone, boolean once) {}

    @Override
    public void stopTone() {}

    @Override
    public void showMessages(boolean waiting) {}

    @Override
    public void interruptCurrent(boolean off) {}
  }

  private void start() {
    network.name("ca.example.net", "198.51.100.1");
    adapter.start();
    time.advance(Duration.ofSeconds(1));
  }

  private List<String> causes() {
    return adapter.explain().stream().map(TimelineEntry::cause).toList();
  }

  private List<String> states() {
    return adapter.explain().stream().map(TimelineEntry::to).toList();
  }

  private String ask(String command) {
    said.clear();
    send(socket, command);
    time.advance(Duration.ofMillis(100));
    return said.isEmpty() ? "" : said.get(0);
  }

  @Test
  void itExplainsHowItCameIntoService() {
    start();
    assertThat(causes())
        .containsExactly(
            "the call agent is at 198.51.100.1:2727",
            "RSIP restart goes to 198.51.100.1:2727",
            "the call agent has answered RSIP restart");
    assertThat(states()).containsExactly("waiting", "announcing", "in service");
    assertThat(adapter.explain()).allMatch(entry -> entry.subject().equals("gateway"));
  }

  @Test
  void whoIsSilentIsNamed() {
    silent = true;
    start();
    time.advance(Duration.ofSeconds(20));
    assertThat(told).containsExactly("disconnected from [198.51.100.1:2727]");
    // It tries again after a pause by chance (RFC 3435, section 4.4.7), perhaps by now.
    assertThat(causes()).contains("no answer from 198.51.100.1:2727");
    silent = false;
    time.advance(Duration.ofSeconds(20));
    assertThat(states()).endsWith("disconnected", "announcing", "in service");
  }

  @Test
  void aNameWithoutAddressIsTold() {
    adapter.start();
    time.advance(Duration.ofSeconds(60));
    assertThat(told).containsExactly("unknown: ca.example.net");
    assertThat(causes()).containsExactly("the name ca.example.net has no address");
    start();
    time.advance(Duration.ofSeconds(6));
    assertThat(states()).endsWith("in service");
  }

  @Test
  void aFloodOfRefusedCommandsIsOneEntry() {
    start();
    for (int i = 1; i < 1_000; i++) {
      send(socket, "RQNT " + i + AT + "X: zz\r\n");
    }
    time.advance(Duration.ofSeconds(1));
    assertThat(causes()).hasSize(4);
    assertThat(causes().get(3)).startsWith("RQNT is answered with 510");
  }

  @Test
  void aFloodOfRequestsIsRefusedAndForgotten() {
    start();
    for (int i = 1; i <= 10_000; i++) {
      send(socket, "RQNT " + i + AT + "X: 1\r\nR: L/hd\r\nS: L/rg\r\n");
    }
    time.advance(Duration.ofSeconds(1));
    assertThat(said.stream().filter(text -> text.startsWith("409 "))).hasSizeGreaterThan(8_000);
    time.advance(Duration.ofSeconds(31));
    assertThat(ask("RQNT 1" + AT + "X: 2\r\nR: L/hd\r\n")).startsWith("200 1 ");
    assertThat(port.rings).isFalse();
    assertThat(time.pendingTimers()).isLessThan(4);
  }

  @Test
  void nobodyElseIsHeardOrTalkedTo() {
    start();
    said.clear();
    DatagramPort stranger = open(network.host("203.0.113.66"), 2727);
    send(stranger, "RQNT 7" + AT + "X: 1\r\nS: L/rg\r\n");
    send(stranger, "RQNT" + AT);
    send(stranger, "200 7 OK\r\n");
    time.advance(Duration.ofSeconds(1));
    assertThat(said).isEmpty();
    assertThat(port.rings).isFalse();
    assertThat(ask("RQNT 8" + AT + "X: 1\r\nN: ca@203.0.113.66\r\nS: L/rg\r\n"))
        .startsWith("539 8 ");
    assertThat(ask("RQNT 9" + AT + "X: 1\r\nN: ca@[203.0.113.66]\r\nS: L/rg\r\n"))
        .startsWith("539 9 ");
    assertThat(port.rings).isFalse();
  }

  @Test
  void whatIsTooLongIsRefusedOrDropped() {
    start();
    assertThat(ask("RQNT 7" + AT + "X: 1\r\nR: " + "L/hd,".repeat(1_000) + "L/hu\r\n"))
        .startsWith("510 7 ");
    assertThat(ask("RQNT 8" + AT + "X-a: 1\r\n".repeat(65) + "X: 1\r\n")).startsWith("510 8 ");
    assertThat(ask("RQNT 9 " + "a".repeat(5_000) + "@ata.example.net MGCP 1.0\r\n")).isEmpty();
    String one = "AUEP 10" + AT + ".\r\n";
    assertThat(ask(one.repeat(40))).startsWith("200 10 ");
    assertThat(said).as("answers to one transaction").hasSizeLessThanOrEqualTo(16);
    assertThat(ask("RQNT 11" + AT + "X: 1\r\nS: L/rg\r\n")).startsWith("200 11 ");
    assertThat(port.rings).isTrue();
  }
}
