// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.testkit.VirtualTime;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/** Two user agents on a wire with 10 ms of delay, which may lose and double what it carries. */
final class TwoPhones {
  static final byte[] OFFER = sdp("offer");
  static final byte[] ANSWER = sdp("answer");

  final VirtualTime time = new VirtualTime();
  final Phone alice = new Phone("alice", Wire.ALICE, 11);
  final Phone bob = new Phone("bob", Wire.BOB, 22);
  final List<String> transcript = new ArrayList<>();
  Predicate<SipMessage> lost = message -> false;
  boolean doubled;
  LongSupplier delayMillis = () -> 10;

  TwoPhones() {
    alice.other = bob;
    bob.other = alice;
  }

  static byte[] sdp(String name) {
    return ("v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=" + name + "\r\nt=0 0\r\n")
        .getBytes(StandardCharsets.UTF_8);
  }

  void seconds(double seconds) {
    time.advance(Duration.ofNanos((long) (seconds * 1e9)));
  }

  /** All messages from now on, as they go out. */
  List<SipMessage> watch() {
    List<SipMessage> wire = new ArrayList<>();
    lost =
        message -> {
          wire.add(message);
          return false;
        };
    return wire;
  }

  /** No end remembers a call, a transaction or a timer. */
  void assertNothingLeft() {
    assertThat(alice.agent.sessions()).isEmpty();
    assertThat(bob.agent.sessions()).isEmpty();
    assertThat(alice.agent.transactions().size()).isZero();
    assertThat(bob.agent.transactions().size()).isZero();
    assertThat(time.pendingTimers()).isZero();
  }

  List<String> takeTranscript() {
    List<String> all = new ArrayList<>(transcript);
    transcript.clear();
    return all;
  }

  /** One end, which writes down what happens to it. */
  final class Phone implements UserAgentListener, SessionListener, SipTransport {
    final String name;
    SipPeer address;
    final SipUserAgent agent;
    final List<String> events = new ArrayList<>();
    final List<SipSession> incoming = new ArrayList<>();
    final List<SipRequest> infos = new ArrayList<>();
    Optional<SessionOffer> offer = Optional.empty();
    Optional<IncomingRefer> refer = Optional.empty();
    Optional<SessionEnd> end = Optional.empty();
    Optional<Rejection> vetting = Optional.empty();
    Consumer<SipSession> onProgress = session -> {};
    Phone other = this;

    Phone(String name, SipPeer address, int seed) {
      this.name = name;
      this.address = address;
      this.agent =
          SipUserAgent.builder(
                  time, this, peer -> SipUri.of(name, this.address.host(), this.address.port()))
              .tokens(SipTokens.from(new Random(seed)))
              .build(this);
    }

    SipSession call() {
      return call(CallRequest.to(Uri.of("sip:bob@192.0.2.2"), me()).sdp(OFFER));
    }

    SipSession call(CallRequest request) {
      return agent.call(request, other.address, this);
    }

    NameAddr me() {
      return NameAddr.of(SipUri.of(name, address.host()));
    }

    SipSession session() {
      return incoming.get(incoming.size() - 1);
    }

    List<String> take() {
      List<String> all = new ArrayList<>(events);
      events.clear();
      return all;
    }

    @Override
    public void send(ByteBuffer message, SipPeer to) {
      byte[] bytes = new byte[message.remaining()];
      message.get(bytes);
      SipMessage read = (SipMessage) new SipReader(SipLimits.defaults()).read(bytes);
      String label =
          read instanceof SipRequest request
              ? request.method().name()
              : Integer.toString(((SipResponse) read).status());
      boolean arrives = to.equals(other.address) && !lost.test(read);
      transcript.add(name + ' ' + label + (arrives ? "" : " (lost)"));
      for (int i = 0; arrives && i < (doubled ? 2 : 1); i++) {
        time.schedule(
            Duration.ofMillis(delayMillis.getAsLong()),
            () -> other.agent.receive(ByteBuffer.wrap(bytes), address));
      }
    }

    @Override
    public Optional<Rejection> vet(SipRequest request, SipPeer from) {
      return vetting;
    }

    @Override
    public void onIncoming(SipSession session) {
      session.listener(this);
      incoming.add(session);
      events.add("incoming " + session.from().uri().number());
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
    public void onAnswer(SipSession session) {
      events.add("answer");
    }

    @Override
    public void onRefer(SipSession session, IncomingRefer given) {
      events.add("refer");
      refer = Optional.of(given);
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
    public void onEnded(SipSession session, SessionEnd given) {
      end = Optional.of(given);
      events.add(
          "ended " + given.kind() + (given.byRemote() ? " there " : " here ") + given.status());
    }
  }
}
