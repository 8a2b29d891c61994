// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.call;

import io.phoneagent.Endpoint;
import io.phoneagent.PhoneNumber;
import io.phoneagent.Protocol;
import io.phoneagent.Transport;
import io.phoneagent.dnsswitch.registry.Outcome;
import io.phoneagent.flow.FlowClient;
import io.phoneagent.flow.FlowKey;
import io.phoneagent.flow.FramedMessage;
import io.phoneagent.flow.StunMessage;
import io.phoneagent.flow.StunWriter;
import io.phoneagent.flow.TransactionId;
import io.phoneagent.mgcp.AnalogPort;
import io.phoneagent.mgcp.CallAgents;
import io.phoneagent.mgcp.CallerId;
import io.phoneagent.mgcp.ConnectionMode;
import io.phoneagent.mgcp.ConnectionStatistics;
import io.phoneagent.mgcp.GatewayListener;
import io.phoneagent.mgcp.GatewayOptions;
import io.phoneagent.mgcp.MediaEngine;
import io.phoneagent.mgcp.MediaRequest;
import io.phoneagent.mgcp.MediaStream;
import io.phoneagent.mgcp.MgcpEndpoint;
import io.phoneagent.mgcp.MgcpGateway;
import io.phoneagent.mgcp.MgcpPeer;
import io.phoneagent.mgcp.NotifiedEntity;
import io.phoneagent.mgcp.Refusal;
import io.phoneagent.mgcp.ReturnCode;
import io.phoneagent.mgcp.Tone;
import io.phoneagent.sip.OfferAnswer;
import io.phoneagent.sip.SdpDirection;
import io.phoneagent.sip.SdpMedia;
import io.phoneagent.sip.SessionDescription;
import io.phoneagent.spi.DatagramPort;
import io.phoneagent.testkit.VirtualHost;
import io.phoneagent.testkit.VirtualNat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/** A plain telephone: registered for MGCP, behind its own firewall, on a flow; with its audio. */
public final class Telephone implements FlowClient.Listener, AnalogPort, MediaEngine {
  private static final MgcpPeer SWITCH =
      MgcpPeer.of(new InetSocketAddress(World.TRUNK.getAddress(), 1));

  private final World world;
  final PhoneNumber number;
  final VirtualNat nat;
  final VirtualHost host;
  final DatagramPort socket;
  final MgcpGateway gateway;
  final MgcpEndpoint line;
  final List<String> done = new ArrayList<>();
  final List<String> received = new ArrayList<>();
  final List<String> sent = new ArrayList<>();
  final List<String> heard = new ArrayList<>();
  final List<Stream> streams = new ArrayList<>();
  private Optional<FlowClient> flow = Optional.empty();
  boolean offHook;
  boolean rings;
  boolean deaf;
  boolean deafToCommands;
  boolean refusesAll;
  boolean knowsEvents = true;
  // Somebody else's address and port, which it says are its own.
  Optional<InetSocketAddress> claims = Optional.empty();
  long announcedAt;
  String tone = "";

  Telephone(World world, PhoneNumber number, VirtualNat nat) {
    this.world = world;
    this.number = number;
    this.nat = nat;
    this.host = nat.host("192.168.1.2");
    try {
      socket = host.loop().openDatagram(new InetSocketAddress(host.address(), 5060), this::receive);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    gateway =
        new MgcpGateway(
            host.loop(),
            (message, to) -> {
              String text = StandardCharsets.ISO_8859_1.decode(message.duplicate()).toString();
              sent.add(text);
              announcedAt = text.startsWith("RSIP") ? world.time.nanos() : announcedAt;
              socket.send(FramedMessage.of(message), world.address());
            },
            new TheSwitch(),
            GatewayOptions.of(number.e164().substring(1)),
            new Random(number.hashCode())::nextDouble,
            new GatewayListener() {});
    line = gateway.line(1, this, this);
  }

  private final class TheSwitch implements CallAgents {
    @Override
    public List<MgcpPeer> addresses(NotifiedEntity entity) {
      return List.of();
    }

    @Override
    public boolean hears(MgcpPeer from) {
      return started;
    }

    @Override
    public Optional<NotifiedEntity> first() {
      return Optional.empty();
    }

    @Override
    public List<MgcpPeer> firstAddresses() {
      return List.of(SWITCH);
    }
  }

  void register() {
    proveLater();
    flow.get().bind();
  }

  /** Registers; its flow is bound when the test says so. */
  void proveLater() {
    Outcome.Accepted accepted = world.register(number, Protocol.MGCP);
    flow.ifPresent(FlowClient::close);
    flow =
        Optional.of(
            new FlowClient(
                new FlowKey(
                    accepted.answer().flow().keyId(),
                    Base64.getEncoder().encodeToString(accepted.answer().flow().key())),
                Transport.UDP,
                new AtomicLong(1),
                Duration.ofSeconds(15),
                host.loop(),
                datagram -> socket.send(datagram, world.address()),
                this,
                new Random(3)));
  }

  FlowClient flow() {
    return flow.orElseThrow();
  }

  /** Loses its power, and has it again: it knows of nothing, and registers anew. */
  void restart() {
    gateway.stop(false, () -> {});
    started = false;
    world.newBoots();
    register();
  }

  /** Says that it goes, and is off until it registers again, in the same run of its device. */
  void rests() {
    gateway.stop(true, () -> {});
    started = false;
  }

  private boolean started;

  @Override
  public void bound(Endpoint mapped) {
    if (started) {
      gateway.moved();
    } else {
      started = true;
      gateway.start();
    }
  }

  @Override
  public void unanswered() {
    // The test binds again.
  }

  private void receive(ByteBuffer datagram, InetSocketAddress from) {
    if (deaf) {
      return;
    }
    if (StunMessage.begins(datagram)) {
      flow.ifPresent(f -> f.received(datagram));
      return;
    }
    ByteBuffer message = FramedMessage.read(datagram).orElseThrow();
    String text = StandardCharsets.ISO_8859_1.decode(message.duplicate()).toString();
    if (deafToCommands && Character.isLetter(text.charAt(0))) {
      return;
    }
    received.add(text);
    if (refusesAll && Character.isLetter(last().charAt(0))) {
      String refusal = "405 " + last().split(" ", 3)[1] + " restarting\r\n";
      socket.send(
          FramedMessage.of(ByteBuffer.wrap(refusal.getBytes(StandardCharsets.ISO_8859_1))),
          world.address());
    } else {
      gateway.receive(message, SWITCH);
    }
  }

  private String last() {
    return received.get(received.size() - 1);
  }

  // What a person does.

  void lift() {
    offHook = true;
    line.offHook();
    world.millis(200);
  }

  void putDown() {
    offHook = false;
    line.onHook();
    world.millis(200);
  }

  void flash() {
    line.flash();
    world.millis(400);
  }

  void dial(PhoneNumber to) {
    press(to.e164().substring(1));
  }

  void press(String keys) {
    keys.chars().forEach(k -> line.digit((char) k));
    world.millis(300);
  }

  /** Lifts the handset and dials. */
  void call(PhoneNumber to) {
    lift();
    dial(to);
  }

  void say(String word) {
    streams.forEach(s -> s.say(word));
    world.millis(100);
  }

  /** Sends this where it sends audio, and lets 20 ms pass. */
  void send(ByteBuffer packet) {
    streams.stream().filter(s -> s.mode.sends()).forEach(s -> s.send(packet.duplicate()));
    world.millis(20);
  }

  long commands(String verb) {
    return received.stream().filter(t -> t.startsWith(verb + " ")).count();
  }

  // Its port.

  @Override
  public boolean isOffHook() {
    return offHook;
  }

  @Override
  public void ring(boolean on) {
    rings = on;
  }

  @Override
  public void showCaller(CallerId caller) {
    done.add("caller " + caller.number());
  }

  @Override
  public void play(Tone played, boolean once) {
    done.add((once ? "once " : "play ") + played.name());
    tone = once ? tone : played.name();
  }

  @Override
  public void stopTone() {
    tone = "";
  }

  @Override
  public void showMessages(boolean waiting) {
    done.add("messages " + waiting);
  }

  @Override
  public void interruptCurrent(boolean off) {
    done.add("current " + !off);
  }

  // Its audio.

  @Override
  public List<String> capabilities() {
    return List.of("a:PCMU;PCMA, p:20, e:off, s:off");
  }

  @Override
  public MediaStream open(MediaRequest request) throws Refusal {
    Stream stream = new Stream(request);
    streams.add(stream);
    return stream;
  }

  /** Whether it has an open connection to speak and hear by. */
  boolean talks() {
    return streams.stream().anyMatch(s -> s.mode == ConnectionMode.SEND_RECEIVE);
  }

  final class Stream implements MediaStream {
    private final DatagramPort audio;
    private final String local;
    ConnectionMode mode;
    private Optional<SdpMedia> remote = Optional.empty();

    Stream(MediaRequest request) throws Refusal {
      try {
        audio = host.loop().openDatagram(new InetSocketAddress(host.address(), 0), this::hear);
      } catch (IOException e) {
        throw new Refusal(ReturnCode.NO_RESOURCES_NOW, "no port");
      }
      InetSocketAddress own = claims.orElse(audio.local());
      OfferAnswer able = OfferAnswer.telephone(own.getAddress().getHostAddress(), own.getPort());
      able =
          knowsEvents
              ? able
              : new OfferAnswer(
                  able.address(),
                  able.port(),
                  able.codecs().stream().filter(c -> !c.isTelephoneEvent()).toList(),
                  able.packetMillis());
      Optional<SessionDescription> offer = request.remote().flatMap(Stream::read);
      SessionDescription made =
          offer.isPresent()
              ? able.answer(offer.get(), 1, 1, SdpDirection.SENDRECV)
                  .orElseThrow(() -> new Refusal(ReturnCode.CODEC_NEGOTIATION_FAILED, "no codec"))
              : able.offer(1, 1, SdpDirection.SENDRECV);
      SdpMedia stream = made.audio().orElseThrow();
      SdpMedia proving = stream.with("ice-ufrag", "mine").with("ice-pwd", "x".repeat(24));
      local = (claims.isPresent() ? made : made.with(0, proving)).toString();
      mode = request.mode();
      change(request);
    }

    private static Optional<SessionDescription> read(String sdp) {
      return SessionDescription.parse(sdp.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Override
    public String localDescription() {
      return local;
    }

    @Override
    public void change(MediaRequest request) {
      done.add("mode " + request.mode().text());
      mode = request.mode();
      remote = request.remote().flatMap(Stream::read).flatMap(SessionDescription::audio);
      prove();
    }

    void prove() {
      remote.ifPresent(
          r ->
              send(
                  StunWriter.of(StunMessage.Kind.REQUEST, TransactionId.next(world.random))
                      .username(r.attribute("ice-ufrag").orElse("") + ":mine")
                      .nominate(1, 1)
                      .iceIntegrity(r.attribute("ice-pwd").orElse(""))));
    }

    private void send(ByteBuffer packet) {
      remote.ifPresent(
          r -> audio.send(packet, new InetSocketAddress(world.host.address(), r.port())));
    }

    void say(String word) {
      if (mode.sends()) {
        send(End.rtp(word));
      }
    }

    private void hear(ByteBuffer packet, InetSocketAddress from) {
      if (!StunMessage.begins(packet) && mode.receives()) {
        packet.position(packet.position() + 12);
        heard.add(StandardCharsets.US_ASCII.decode(packet).toString());
      }
    }

    @Override
    public ConnectionStatistics statistics() {
      return new ConnectionStatistics(0, 0, 0, 0, 0, 0, 0);
    }

    @Override
    public void close() {
      done.add("closed");
      streams.remove(this);
      audio.close();
    }
  }
}
