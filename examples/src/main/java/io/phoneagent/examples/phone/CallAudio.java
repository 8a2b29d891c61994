// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.phone;

import io.phoneagent.MediaDescription;
import io.phoneagent.flow.StunMessage;
import io.phoneagent.mgcp.ConnectionStatistics;
import io.phoneagent.runtime.Loop;
import io.phoneagent.sip.SdpCodec;
import io.phoneagent.sip.SdpDirection;
import io.phoneagent.spi.DatagramPort;
import io.phoneagent.spi.NetworkBinding;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Random;

/**
 * The audio of one call: a socket, what is said and what is heard, every 20 ms. Owned by its loop.
 */
final class CallAudio {
  /** What the audio is joined to. */
  interface Ends {

    /** What is said, from when the call is answered. */
    AudioSource mouth();

    /** What is heard, every 20 ms; silence where nothing came. */
    void heard(short[] frame);

    /** The other side pressed a key. */
    void pressed(char digit);

    /** The other side's relay has not answered for so long that the call is over. */
    void silent();
  }

  private final Loop loop;
  private final NetworkBinding network;
  private final Random random;
  private final Ends ends;
  private final LocalAudio local;
  private final boolean proven;
  private final RtpSender sender;
  private final RtpReceiver receiver;
  private final Metronome metronome;
  private final short[] frame = new short[Frame.SAMPLES];
  private DatagramPort socket;
  private Optional<RemoteAudio> remote = Optional.empty();
  private Optional<PathCheck> path = Optional.empty();
  private boolean answered;
  private boolean held;
  private boolean sending = true;
  private final AudioCount count = new AudioCount();

  /**
   * Audio that nobody hears yet.
   *
   * @param proven whether it is proven to the other end where it comes from, where that asks for it
   * @throws IOException if no socket can be opened on this address
   */
  CallAudio(
      Loop loop,
      NetworkBinding network,
      InetAddress address,
      Random random,
      Ends ends,
      boolean proven)
      throws IOException {
    this.loop = loop;
    this.network = network;
    this.random = random;
    this.ends = ends;
    this.proven = proven;
    this.local = new LocalAudio(random, proven);
    this.sender = new RtpSender(random);
    this.receiver = new RtpReceiver(ends::pressed);
    this.metronome = new Metronome(loop, this::beat);
    this.socket = open(address);
  }

  private DatagramPort open(InetAddress address) throws IOException {
    return network.openDatagram(new InetSocketAddress(address, 0), this::received);
  }

  /** What this side offers, with what it wants now. */
  MediaDescription offer() {
    return local.offer(socket.local(), wanted());
  }

  /** The answer to an offer, which holds from now on; empty if there is no codec in common. */
  Optional<MediaDescription> answer(MediaDescription offer) {
    Optional<MediaDescription> answer = local.answer(offer, socket.local(), wanted());
    if (answer.isPresent()) {
      remote(offer);
    }
    return answer;
  }

  private SdpDirection wanted() {
    return held ? SdpDirection.SENDONLY : SdpDirection.SENDRECV;
  }

  /** What the other side says of its audio; the first time, audio begins. */
  void remote(MediaDescription description) {
    Optional<RemoteAudio> said = RemoteAudio.of(description);
    if (!said.isPresent() || said.equals(remote)) {
      return;
    }
    Optional<IceCredentials> before = remote.flatMap(RemoteAudio::ice);
    boolean first = !remote.isPresent();
    remote = said;
    if (!path.isPresent() || !before.equals(said.get().ice())) {
      path.ifPresent(PathCheck::stop);
      path = said.get().ice().filter(i -> proven).map(this::checkOf);
    }
    proveNow();
    if (first) {
      metronome.start();
    }
  }

  private PathCheck checkOf(IceCredentials theirs) {
    return new PathCheck(local.ice(), theirs, loop, random, this::send, ends::silent);
  }

  /** The call is answered: from now on this side speaks. */
  void answered() {
    answered = true;
  }

  /** Whether anything is sent at all, be it silence; it is, unless told otherwise. */
  void sends(boolean on) {
    sending = on;
  }

  /** What it has carried. */
  ConnectionStatistics statistics() {
    return count.statistics();
  }

  /** Whether this side wants to hear nothing. */
  void hold(boolean on) {
    held = on;
  }

  boolean isHeld() {
    return held;
  }

  /** Presses keys; false if the other side would not understand them. */
  boolean press(String digits) {
    if (!remote.flatMap(RemoteAudio::events).isPresent()) {
      return false;
    }
    sender.press(digits);
    return true;
  }

  /** The network in front of this phone may have changed. */
  void proveNow() {
    path.ifPresent(PathCheck::now);
  }

  /** The phone has another address; true if the other side has to be offered it. */
  boolean moveTo(InetAddress address) throws IOException {
    if (socket.local().getAddress().equals(address)) {
      return false;
    }
    DatagramPort opened = open(address);
    socket.close();
    socket = opened;
    proveNow();
    return true;
  }

  private void send(ByteBuffer datagram) {
    remote.ifPresent(r -> socket.send(datagram, r.address()));
  }

  private void received(ByteBuffer datagram, InetSocketAddress from) {
    if (!remote.isPresent() || !from.equals(remote.get().address())) {
      return;
    }
    if (StunMessage.begins(datagram)) {
      StunMessage.read(datagram).ifPresent(m -> path.ifPresent(p -> p.received(m)));
    } else {
      path.ifPresent(PathCheck::heard);
      count.received(datagram, loop.nanos());
      receiver.received(datagram, this::codecOf);
    }
  }

  /** As this side has said; who answers should use the same numbers, but may use others. */
  private Optional<SdpCodec> codecOf(int payload) {
    Optional<SdpCodec> said = local.codecOf(payload);
    return said.isPresent() ? said : remote.flatMap(r -> r.codecOf(payload));
  }

  private void beat() {
    if (!remote.isPresent()) {
      return;
    }
    // What the other side wants to receive; on hold this side says nothing, but goes on sending.
    if (sending && remote.get().direction().receives()) {
      AudioSource mouth = answered && !held ? ends.mouth() : AudioSource.SILENCE;
      ByteBuffer packet = sender.next(remote.get(), mouth);
      count.sent(packet);
      send(packet);
    } else {
      sender.pause();
    }
    path.ifPresent(PathCheck::beat);
    receiver.play(frame);
    ends.heard(frame);
  }

  void close() {
    metronome.stop();
    path.ifPresent(PathCheck::stop);
    socket.close();
  }
}
