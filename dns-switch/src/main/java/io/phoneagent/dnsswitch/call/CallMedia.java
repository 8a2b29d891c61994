// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.call;

import io.phoneagent.dnsswitch.relay.MediaRelay;
import io.phoneagent.dnsswitch.relay.MediaSource;
import io.phoneagent.dnsswitch.relay.RelayLeg;
import io.phoneagent.sip.OfferAnswer;
import io.phoneagent.sip.SdpDirection;
import io.phoneagent.sip.SdpMedia;
import io.phoneagent.sip.SessionDescription;
import io.phoneagent.sip.SipPeer;
import io.phoneagent.spi.IpLiteral;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/** The media of one leg: its side of the relay, and how session descriptions speak of it. */
final class CallMedia {
  private static final String ANY = "0.0.0.0";
  private static final int DISCARD = 9;
  private static final long ORIGIN = 1;

  private final MediaRelay relay;
  private final String host;
  private final SipPeer peer;
  private final Optional<RelayLeg> leg;
  private Optional<MediaSource> source = Optional.empty();
  private long askedAt = Long.MIN_VALUE / 2;
  private long answeredAt = Long.MIN_VALUE / 2;
  private long version;
  private byte[] last = new byte[0];

  CallMedia(MediaRelay relay, String host, SipPeer peer) {
    this.relay = relay;
    this.host = host;
    this.peer = peer;
    this.leg = relay.open();
  }

  boolean isOpen() {
    return leg.isPresent();
  }

  RelayLeg leg() {
    return leg.orElseThrow(() -> new IllegalStateException("no port was free"));
  }

  /** The leg's own end has described its media: from now on it is taken from there. */
  void heard(byte[] sdp) {
    Optional<SessionDescription> read = SessionDescription.parse(sdp);
    Optional<SdpMedia> audio = read.flatMap(SessionDescription::audio);
    boolean nowhere =
        audio.flatMap(stream -> read.get().address(stream)).filter(ANY::equals).isPresent();
    if (nowhere && source.isPresent()) {
      return; // an old phone holds; it goes on speaking from where it did
    }
    if (leg.isPresent() && read.isPresent() && audio.isPresent()) {
      MediaSource from = source(read.get(), audio.get());
      takeFrom(leg.get(), from);
      relay.hearsOneStream(
          leg.get(), !(from instanceof MediaSource.Proven) && !isEncrypted(audio.get()));
    }
  }

  /** SRTP is sealed under its numbers (RFC 3711, section 3.3): whoever changes them breaks it. */
  static boolean isEncrypted(SdpMedia audio) {
    return audio.protocol().contains("SAVP") || audio.attribute("crypto").isPresent();
  }

  private void takeFrom(RelayLeg side, MediaSource from) {
    source = Optional.of(from);
    relay.takeFrom(side, from);
  }

  /** The leg's end speaks from another address: a plain phone's media comes from there too. */
  void moved() {
    if (leg.isPresent() && source.filter(s -> s instanceof MediaSource.FirstFrom).isPresent()) {
      takeFrom(leg.get(), new MediaSource.FirstFrom(signallingAddress(), Optional.empty()));
    }
  }

  /** When its end was last asked whether it is there. */
  long askedAtNanos() {
    return askedAt;
  }

  void asked(long nowNanos) {
    askedAt = nowNanos;
  }

  /** When its end last said so. */
  long answeredAtNanos() {
    return answeredAt;
  }

  void answered(long nowNanos) {
    answeredAt = nowNanos;
  }

  /**
   * Keys that come as events of this payload type are told, on the relay's loop, and those of the
   * leg's own end are said so; none if empty.
   */
  void translatesKeys(OptionalInt payload, Consumer<Character> pressed) {
    leg.ifPresent(side -> relay.translatesKeys(side, payload, pressed));
  }

  /**
   * A key of the leg's own end is said as an event.
   *
   * @param otherwise told of it, on the relay's loop, where that is not possible now
   */
  void press(char key, Consumer<Character> otherwise) {
    leg.ifPresent(side -> relay.press(side, key, otherwise));
  }

  /** Whether its end is an agent, which keeps proving where it is. */
  boolean isAgents() {
    return source.filter(s -> s instanceof MediaSource.Proven).isPresent();
  }

  private MediaSource source(SessionDescription description, SdpMedia audio) {
    if (peer instanceof Peers.Trunk) {
      return new MediaSource.Stated(
          description
              .address(audio)
              .flatMap(IpLiteral::parse)
              .filter(a -> audio.port() > 0 && !a.isAnyLocalAddress())
              .map(a -> new InetSocketAddress(a, audio.port())));
    }
    if (peer instanceof Peers.Phone && description.attribute(audio, "ice-ufrag").isPresent()) {
      return new MediaSource.Proven();
    }
    InetAddress signalling = signallingAddress();
    // What is behind no NAT can be sent to before it has spoken.
    return new MediaSource.FirstFrom(
        signalling,
        description
            .address(audio)
            .flatMap(IpLiteral::parse)
            .filter(a -> a.equals(signalling) && audio.port() > 0)
            .map(a -> new InetSocketAddress(a, audio.port())));
  }

  private InetAddress signallingAddress() {
    return IpLiteral.parse(peer.host())
        .orElseThrow(() -> new IllegalStateException("a peer has an address"));
  }

  /** What the other leg's end described, as this leg's end is to see it: the relay in its place. */
  Optional<byte[]> relayed(byte[] sdp) {
    return shown(sdp).map(this::withOwnOrigin);
  }

  /** Whether two descriptions of the other leg's end look the same from here. */
  boolean hides(byte[] before, byte[] now) {
    Optional<String> seen = shown(now).map(CallMedia::content);
    return seen.isPresent() && seen.equals(shown(before).map(CallMedia::content));
  }

  /** Whether what the leg's end was told is how this description of the other one looks. */
  boolean shows(byte[] sdp, byte[] told) {
    Optional<String> seen = shown(sdp).map(CallMedia::content);
    return seen.equals(SessionDescription.parse(told).map(CallMedia::content));
  }

  /** What a description says, whichever version of whose session it is. */
  private static String content(SessionDescription description) {
    return description.withOrigin(ORIGIN, 0).toString();
  }

  /**
   * What the leg's end is answered when it describes itself anew and the other one does not hear of
   * it: what that said last, flowing as both want.
   */
  Optional<byte[]> answer(byte[] offer, byte[] others) {
    Optional<SdpDirection> offered = direction(offer);
    Optional<SdpDirection> said = direction(others);
    return offered
        .flatMap(o -> said.map(o::answered))
        .flatMap(d -> said.filter(d::equals).isPresent() ? Optional.of(others) : flowing(others, d))
        .flatMap(this::relayed);
  }

  private static Optional<SdpDirection> direction(byte[] sdp) {
    return SessionDescription.parse(sdp).flatMap(read -> read.audio().map(read::direction));
  }

  private Optional<SessionDescription> shown(byte[] sdp) {
    Optional<SessionDescription> read = SessionDescription.parse(sdp);
    if (leg.isEmpty() || read.isEmpty() || read.get().audio().isEmpty()) {
      return Optional.empty();
    }
    int audioIndex = read.get().media().indexOf(read.get().audio().get());
    SessionDescription moved =
        read.get()
            .relocated(
                host,
                i -> i == audioIndex ? leg.get().port() : 0,
                SessionDescription::leadsPastARelay);
    if (peer instanceof Peers.Phone) {
      // ICE in its lite form (RFC 8445, section 2.5): one candidate, the relay.
      SdpMedia stream =
          moved
              .media()
              .get(audioIndex)
              .with("ice-ufrag", leg.get().ufrag())
              .with("ice-pwd", leg.get().password())
              .with(
                  "candidate", "1 1 UDP 2130706431 " + host + " " + leg.get().port() + " typ host");
      moved = moved.with("ice-lite", "").with(audioIndex, stream);
    }
    return Optional.of(moved);
  }

  /**
   * A leg sees one session from its beginning to its end, whoever is behind the switch, and another
   * version of it where something has changed (RFC 3264, section 8).
   */
  private byte[] withOwnOrigin(SessionDescription description) {
    byte[] same = description.withOrigin(ORIGIN, version).bytes();
    if (Arrays.equals(same, last)) {
      return same;
    }
    version++;
    last = description.withOrigin(ORIGIN, version).bytes();
    return last.clone();
  }

  /** A description with another direction of its audio; empty if it has none. */
  static Optional<byte[]> flowing(byte[] sdp, SdpDirection direction) {
    return SessionDescription.parse(sdp)
        .flatMap(
            read ->
                read.audio()
                    .map(
                        audio ->
                            read.with(read.media().indexOf(audio), audio.withDirection(direction))
                                .bytes()));
  }

  /** What a telephone can, for one that has not said so yet. */
  static byte[] ofTelephone() {
    return OfferAnswer.telephone(ANY, DISCARD).offer(ORIGIN, 1, SdpDirection.SENDRECV).bytes();
  }

  void close() {
    leg.ifPresent(relay::close);
  }
}
