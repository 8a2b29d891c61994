// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.call;

import io.phoneagent.PhoneNumber;
import io.phoneagent.flow.StunMessage;
import io.phoneagent.flow.StunWriter;
import io.phoneagent.flow.TransactionId;
import io.phoneagent.sip.CallRequest;
import io.phoneagent.sip.NameAddr;
import io.phoneagent.sip.OfferAnswer;
import io.phoneagent.sip.Rejection;
import io.phoneagent.sip.RequestCredentials;
import io.phoneagent.sip.SdpDirection;
import io.phoneagent.sip.SdpMedia;
import io.phoneagent.sip.SessionDescription;
import io.phoneagent.sip.SessionEnd;
import io.phoneagent.sip.SessionListener;
import io.phoneagent.sip.SessionOffer;
import io.phoneagent.sip.SipFramer;
import io.phoneagent.sip.SipLimits;
import io.phoneagent.sip.SipPeer;
import io.phoneagent.sip.SipRequest;
import io.phoneagent.sip.SipResponse;
import io.phoneagent.sip.SipSession;
import io.phoneagent.sip.SipTokens;
import io.phoneagent.sip.SipUri;
import io.phoneagent.sip.SipUserAgent;
import io.phoneagent.sip.UserAgentListener;
import io.phoneagent.spi.DatagramPort;
import io.phoneagent.spi.StreamPort;
import io.phoneagent.spi.StreamReceiver;
import io.phoneagent.testkit.VirtualHost;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** One end of calls: a SIP user agent and an audio port on a virtual host. */
class End implements UserAgentListener, SessionListener {
  final World world;
  final String name;
  final VirtualHost host;
  final DatagramPort socket;
  final DatagramPort audio;
  final SipUserAgent agent;
  final List<String> events = new ArrayList<>();
  final List<SipSession> incoming = new ArrayList<>();
  final List<String> received = new ArrayList<>();
  final List<String> heard = new ArrayList<>();
  final List<byte[]> packets = new ArrayList<>();
  final List<String> overTcp = new ArrayList<>();
  final List<SipRequest> infos = new ArrayList<>();
  Optional<StreamPort> stream = Optional.empty();
  private Optional<StreamPort> taken = Optional.empty();
  String extraSdp = "";
  Consumer<SipSession> onCall = session -> {};
  Consumer<SipSession> onProgress = session -> {};
  Predicate<String> deaf = text -> false;
  UnaryOperator<String> says = text -> text;
  UnaryOperator<String> understands = text -> text;
  RequestCredentials credentials = RequestCredentials.none();
  Optional<SessionOffer> offer = Optional.empty();
  Function<SipRequest, Optional<Rejection>> vets = request -> Optional.empty();
  int stunAnswers;
  int silentConnections;
  boolean ice;

  End(World world, String name, VirtualHost host, int port) {
    this.world = world;
    this.name = name;
    this.host = host;
    try {
      socket = host.loop().openDatagram(new InetSocketAddress(host.address(), port), this::receive);
      audio =
          host.loop().openDatagram(new InetSocketAddress(host.address(), port + 1000), this::hear);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    agent =
        SipUserAgent.builder(
                host.loop(),
                this::send,
                peer -> SipUri.of(name, host.address().getHostAddress(), port))
            .tokens(SipTokens.from(new Random(name.hashCode())))
            .build(this);
  }

  private void send(ByteBuffer message, SipPeer to) {
    String text = StandardCharsets.UTF_8.decode(message.duplicate()).toString();
    ByteBuffer said = ByteBuffer.wrap(says.apply(text).getBytes(StandardCharsets.UTF_8));
    if (to.transport().equals("UDP")) {
      socket.send(said, world.address());
    } else {
      stream.or(() -> taken).orElseThrow().send(said);
    }
  }

  /** Takes TCP connections at its port, and says nothing over them. */
  void listensInSilence() {
    host.listen(
        socket.local().getPort(),
        (made, from) -> {
          silentConnections++;
          return new StreamReceiver() {
            @Override
            public void connected() {}

            @Override
            public void received(ByteBuffer data) {}

            @Override
            public void closed(String cause) {}
          };
        });
  }

  /** Takes TCP connections at its port, too. */
  void listens() {
    host.listen(
        socket.local().getPort(),
        (made, from) -> {
          taken = Optional.of(made);
          return overTcp(from);
        });
  }

  /** Opens a connection to the switch, and speaks over it from now on. */
  SipPeer connect() {
    try {
      stream =
          Optional.of(
              host.network()
                  .openStream(
                      new InetSocketAddress(host.address(), 0),
                      world.address(),
                      overTcp(world.address())));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    world.millis(100);
    return switchPeer();
  }

  private StreamReceiver overTcp(InetSocketAddress from) {
    SipFramer framer = new SipFramer(SipLimits.defaults());
    return new StreamReceiver() {
      @Override
      public void connected() {
        // Whoever has something to say says it.
      }

      @Override
      public void received(ByteBuffer data) {
        framer.receive(
            data,
            message -> {
              String text = StandardCharsets.UTF_8.decode(message.duplicate()).toString();
              overTcp.add(text);
              agent.receive(message, SipPeer.of(from, "TCP"));
            });
      }

      @Override
      public void closed(String cause) {
        stream = Optional.empty();
      }
    };
  }

  SipPeer switchPeer() {
    return SipPeer.of(world.address(), stream.isPresent() ? "TCP" : "UDP");
  }

  void receive(ByteBuffer datagram, InetSocketAddress from) {
    if (StunMessage.begins(datagram)) {
      stunAnswers++;
      return;
    }
    String text = StandardCharsets.UTF_8.decode(datagram.duplicate()).toString();
    received.add(text);
    if (!deaf.test(text)) {
      byte[] understood = understands.apply(text).getBytes(StandardCharsets.UTF_8);
      agent.receive(ByteBuffer.wrap(understood), switchPeer());
    }
  }

  private void hear(ByteBuffer packet, InetSocketAddress from) {
    if (StunMessage.begins(packet)) {
      stunAnswers++;
    } else {
      byte[] octets = new byte[packet.remaining()];
      packet.duplicate().get(octets);
      packets.add(octets);
      heard.add(
          StandardCharsets.US_ASCII
              .decode(packet.duplicate().position(packet.position() + 12))
              .toString());
    }
  }

  byte[] sdp() {
    return sdp(SdpDirection.SENDRECV);
  }

  byte[] sdp(SdpDirection direction) {
    SessionDescription made =
        OfferAnswer.telephone(host.address().getHostAddress(), audio.local().getPort())
            .offer(1, 1, direction);
    if (ice) {
      SdpMedia stream =
          made.audio().orElseThrow().with("ice-ufrag", "mine").with("ice-pwd", "x".repeat(24));
      made = made.with(0, stream);
    }
    byte[] plain = made.bytes();
    return extraSdp.isEmpty()
        ? plain
        : (new String(plain, StandardCharsets.UTF_8) + extraSdp).getBytes(StandardCharsets.UTF_8);
  }

  SipSession call(PhoneNumber number) {
    return call(number.e164(), name);
  }

  SipSession call(String user, String caller) {
    return call(user, caller, 70);
  }

  SipSession call(String user, String caller, int forwards) {
    return call(SipUri.of(user, "192.0.2.10", 5060), caller, forwards);
  }

  SipSession call(SipUri to, String caller, int forwards) {
    CallRequest request =
        CallRequest.to(to, NameAddr.of(SipUri.of(caller, host.address().getHostAddress())))
            .sdp(sdp())
            .maxForwards(forwards)
            .credentials(credentials);
    return agent.call(request, switchPeer(), this);
  }

  /** Says yes to the offer that is open. */
  void agree(SdpDirection direction) {
    Optional<SessionOffer> open = offer;
    offer = Optional.empty();
    open.orElseThrow().accept(sdp(direction));
  }

  SipSession last() {
    return incoming.get(incoming.size() - 1);
  }

  /** Sends any octets to the switch. */
  void raw(String message) {
    socket.send(ByteBuffer.wrap(message.getBytes(StandardCharsets.UTF_8)), world.address());
  }

  /** The last message received that begins so. */
  String lastReceived(String start) {
    String found = "";
    for (String text : received) {
      found = text.startsWith(start) ? text : found;
    }
    return found;
  }

  long countReceived(String start) {
    return received.stream().filter(t -> t.startsWith(start)).count();
  }

  static SdpMedia audioOf(SipSession session) {
    return SessionDescription.parse(session.remoteSdp().orElseThrow())
        .flatMap(SessionDescription::audio)
        .orElseThrow();
  }

  static SdpDirection directionOf(byte[] sdp) {
    SessionDescription read = SessionDescription.parse(sdp).orElseThrow();
    return read.direction(read.audio().orElseThrow());
  }

  InetSocketAddress relay(SipSession session) {
    return new InetSocketAddress(world.host.address(), audioOf(session).port());
  }

  /** Proves to the relay where this end's audio comes from. */
  void prove(SipSession session) {
    audio.send(proof(session), relay(session));
  }

  void prove(SipSession session, String password) {
    audio.send(proof(session, password), relay(session));
  }

  /** A check of this end's path. */
  ByteBuffer proof(SipSession session) {
    return proof(session, audioOf(session).attribute("ice-pwd").orElse("none"));
  }

  private ByteBuffer proof(SipSession session, String password) {
    return StunWriter.of(StunMessage.Kind.REQUEST, TransactionId.next(world.random))
        .username(audioOf(session).attribute("ice-ufrag").orElse("none") + ":mine")
        .nominate(1, 1)
        .iceIntegrity(password);
  }

  void say(SipSession session, String word) {
    audio.send(rtp(word), relay(session));
  }

  static ByteBuffer rtp(String word) {
    ByteBuffer packet = ByteBuffer.allocate(12 + word.length());
    packet.put(0, (byte) 0x80);
    packet.position(12);
    packet.put(word.getBytes(StandardCharsets.US_ASCII));
    packet.position(0);
    return packet;
  }

  /** A packet of a stream of audio, 20 ms of 8 kHz each. */
  static ByteBuffer rtp(int payload, int number, byte... content) {
    ByteBuffer packet = ByteBuffer.allocate(12 + content.length);
    packet.put((byte) 0x80).put((byte) payload).putShort((short) number);
    return packet.putInt(160 * number).putInt(77).put(content).flip();
  }

  /** The keys that have come as events, each once, and what was wrong with their stream. */
  List<String> keys(int payload) {
    List<String> keys = new ArrayList<>();
    int began = -1;
    for (int i = 0; i < packets.size(); i++) {
      ByteBuffer packet = ByteBuffer.wrap(packets.get(i));
      if (i > 0
          && packet.getShort(2) != (short) (ByteBuffer.wrap(packets.get(i - 1)).getShort(2) + 1)) {
        keys.add("a gap before " + packet.getShort(2));
      }
      if ((packet.get(1) & 0x7F) == payload && packet.getInt(4) != began) {
        began = packet.getInt(4);
        keys.add("0123456789*#".substring(packet.get(12), packet.get(12) + 1));
      }
    }
    return keys;
  }

  List<String> take() {
    List<String> all = new ArrayList<>(events);
    events.clear();
    return all;
  }

  /** Rings at once and answers a second later. */
  void answers() {
    answersAfter(Duration.ofSeconds(1));
  }

  void answersAfter(Duration pause) {
    onCall =
        session -> {
          session.ring();
          world.time.schedule(pause, () -> session.answer(sdp()));
        };
  }

  void rings() {
    onCall = SipSession::ring;
  }

  void rejects(int status) {
    onCall = session -> session.reject(status);
  }

  /** Hears nothing from now on, or again. */
  void silent(boolean now) {
    host.cut(now);
  }

  @Override
  public Optional<Rejection> vet(SipRequest request, SipPeer from) {
    return vets.apply(request);
  }

  @Override
  public void onIncoming(SipSession session) {
    session.listener(this);
    session.credentials(credentials);
    incoming.add(session);
    events.add("incoming " + session.from().uri().number());
    onCall.accept(session);
  }

  @Override
  public void onProgress(SipSession session, SipResponse response) {
    events.add("progress " + response.status());
    onProgress.accept(session);
  }

  @Override
  public void onEstablished(SipSession session) {
    events.add("established");
  }

  @Override
  public void onOffer(SipSession session, SessionOffer given) {
    events.add("offer");
    offer = Optional.of(given);
  }

  @Override
  public void onOfferAccepted(SipSession session) {
    events.add("offer accepted");
  }

  @Override
  public void onOfferRejected(SipSession session, int status) {
    events.add("offer rejected " + status);
  }

  @Override
  public void onTransfer(SipSession session, int status) {
    events.add("transfer " + status);
  }

  @Override
  public void onInfo(SipSession session, SipRequest info) {
    infos.add(info);
  }

  @Override
  public void onEnded(SipSession session, SessionEnd end) {
    events.add("ended " + end.status() + (end.byRemote() ? " there" : " here"));
  }
}
