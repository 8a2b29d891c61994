// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.relay;

import io.phoneagent.flow.StunMessage;
import io.phoneagent.flow.StunWriter;
import io.phoneagent.runtime.Clock;
import io.phoneagent.spi.DatagramPort;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/** One side of a call's media: a port of the relay's. Owned by the relay's loop. */
public final class RelayLeg {
  // An RTP header (RFC 3550, section 5.1).
  private static final int SHORTEST_RTP = 12;
  // What tells RTCP from RTP on one port (RFC 5761, section 4).
  private static final int FIRST_RTCP = 192;
  private static final int LAST_RTCP = 223;

  private final Clock clock;
  private final String ufrag;
  private final String password;
  private Optional<DatagramPort> port = Optional.empty();
  private int portNumber;
  private MediaSource source = new MediaSource.Stated(Optional.empty());
  private Optional<InetSocketAddress> remote = Optional.empty();
  private OptionalInt synchronisation = OptionalInt.empty();
  private Optional<RelayLeg> partner = Optional.empty();
  private Optional<OneStream> stream = Optional.empty();
  private Optional<PressedKeys> keys = Optional.empty();
  private Optional<SaidKeys> said = Optional.empty();
  private volatile long heardAtNanos;
  private final SpentChecks checks = new SpentChecks();

  RelayLeg(Clock clock, String ufrag, String password) {
    this.clock = clock;
    this.heardAtNanos = clock.nanos();
    this.ufrag = ufrag;
    this.password = password;
  }

  void opened(DatagramPort opened) {
    port = Optional.of(opened);
    portNumber = opened.local().getPort();
  }

  /** The UDP port that this side sends to. */
  public int port() {
    return portNumber;
  }

  /** Names this end in connectivity checks. */
  public String ufrag() {
    return ufrag;
  }

  /** Proves connectivity checks; told to the phone in signalling only. */
  public String password() {
    return password;
  }

  void takeFrom(MediaSource newSource) {
    source = newSource;
    if (newSource instanceof MediaSource.Stated stated) {
      remote = stated.address();
    } else if (newSource instanceof MediaSource.FirstFrom first) {
      remote = first.stated();
      synchronisation = OptionalInt.empty();
    }
  }

  void join(RelayLeg other) {
    if (partner.filter(before -> before != other).isPresent()) {
      stream.ifPresent(OneStream::turn);
    }
    partner = Optional.of(other);
  }

  /** One that was joined with somebody else meanwhile hears that one only. */
  private boolean hears(RelayLeg other) {
    return partner.filter(p -> p == other).isPresent();
  }

  /** Whether its end hears one stream, whoever speaks; not where what is said is encrypted. */
  void hearsOneStream(boolean one) {
    stream = one ? Optional.of(stream.orElseGet(OneStream::new)) : Optional.empty();
  }

  /**
   * Its end takes no events, and the other one has those of this payload type: what comes for its
   * end is told, and not passed on; what its end presses is said as events.
   */
  void translatesKeys(int payload, Consumer<Character> pressed) {
    if (keys.filter(k -> k.payload() == payload).isEmpty()) {
      keys = Optional.of(new PressedKeys(payload, pressed));
      said = Optional.of(new SaidKeys(payload));
    }
  }

  /** Its end takes what comes as it is, and says its keys itself. */
  void passesKeys() {
    keys = Optional.empty();
    said = Optional.empty();
  }

  /** Its end presses a key; false if that cannot be said in its audio now. */
  boolean press(char key) {
    return said.filter(s -> partner.isPresent() && s.press(key, clock.nanos())).isPresent();
  }

  /** Whether keys of its end wait to be said. */
  boolean hasKeysToSay() {
    return said.filter(SaidKeys::isBusy).isPresent();
  }

  /** The keys that have to be told another way, as its end says nothing any more. */
  List<Character> unsaidKeys() {
    return said.map(s -> s.unsaid(clock.nanos())).orElseGet(List::of);
  }

  /** When something that counts last came in, in the clock's nanoseconds. From any thread. */
  public long heardAtNanos() {
    return heardAtNanos;
  }

  /** Closes it; false if it was closed. */
  boolean close() {
    boolean open = port.isPresent();
    partner = Optional.empty();
    port.ifPresent(DatagramPort::close);
    port = Optional.empty();
    return open;
  }

  void received(ByteBuffer packet, InetSocketAddress from) {
    if (StunMessage.begins(packet)) {
      check(packet, from);
      return;
    }
    if (packet.remaining() < SHORTEST_RTP || (packet.get(packet.position()) & 0xC0) != 0x80) {
      return; // neither RTP nor RTCP of version 2
    }
    if (source instanceof MediaSource.FirstFrom first
        ? isLocked(packet, from, first)
        : remote.filter(from::equals).isPresent()) {
      heardAtNanos = clock.nanos();
      Optional<RelayLeg> hearer = partner.filter(p -> p.hears(this));
      if (hearer.isPresent()) {
        withKeys(packet).ifPresent(hearer.get()::send);
      }
    }
  }

  private Optional<ByteBuffer> withKeys(ByteBuffer packet) {
    return said.isEmpty() || isControl(packet)
        ? Optional.of(packet)
        : said.get().instead(packet, clock.nanos());
  }

  /** Whether it is of the one stream that counts; the first packet decides which that is. */
  private boolean isLocked(ByteBuffer packet, InetSocketAddress from, MediaSource.FirstFrom first) {
    if (isControl(packet)) {
      return synchronisation.isPresent() && remote.filter(from::equals).isPresent();
    }
    int theirs = packet.getInt(packet.position() + 8);
    if (!synchronisation.isPresent() && first.address().equals(from.getAddress())) {
      remote = Optional.of(from);
      synchronisation = OptionalInt.of(theirs);
    }
    return synchronisation.isPresent()
        && synchronisation.getAsInt() == theirs
        && remote.filter(from::equals).isPresent();
  }

  private static boolean isControl(ByteBuffer packet) {
    int type = packet.get(packet.position() + 1) & 0xFF;
    return type >= FIRST_RTCP && type <= LAST_RTCP;
  }

  private void send(ByteBuffer packet) {
    if (keys.filter(k -> k.takes(packet)).isEmpty() && remote.isPresent() && port.isPresent()) {
      asOneStream(packet).ifPresent(p -> port.get().send(p, remote.get()));
    }
  }

  private Optional<ByteBuffer> asOneStream(ByteBuffer packet) {
    if (stream.isEmpty()) {
      return Optional.of(packet);
    }
    return isControl(packet)
        ? stream.get().rtcp(packet)
        : Optional.of(stream.get().rtp(packet, clock.nanos()));
  }

  /**
   * A connectivity check of ICE (RFC 8445, section 7.3); one that is not proven is not answered,
   * nor is one that has been proven from elsewhere.
   */
  private void check(ByteBuffer packet, InetSocketAddress from) {
    Optional<StunMessage> read = StunMessage.read(packet);
    if (!(source instanceof MediaSource.Proven)
        || !read.isPresent()
        || read.get().kind() != StunMessage.Kind.REQUEST
        || !read.get().username().orElse("").startsWith(ufrag + ":")
        || !read.get().iceIntegrityHolds(password)) {
      return;
    }
    boolean first = checks.spend(read.get().transaction());
    if (!first && !remote.filter(from::equals).isPresent()) {
      return;
    }
    remote = Optional.of(from);
    heardAtNanos = clock.nanos();
    ByteBuffer answer =
        StunWriter.of(StunMessage.Kind.SUCCESS, read.get().transaction())
            .mappedAddress(from)
            .iceIntegrity(password);
    port.ifPresent(p -> p.send(answer, from));
  }
}
