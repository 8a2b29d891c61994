// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import io.phoneagent.Endpoint;
import io.phoneagent.FlowPath;
import io.phoneagent.Line;
import io.phoneagent.runtime.Timer;
import io.phoneagent.sip.ClientTransaction;
import io.phoneagent.sip.HeaderName;
import io.phoneagent.sip.NameAddr;
import io.phoneagent.sip.RequestCredentials;
import io.phoneagent.sip.SipInput;
import io.phoneagent.sip.SipLimits;
import io.phoneagent.sip.SipMethod;
import io.phoneagent.sip.SipPeer;
import io.phoneagent.sip.SipReader;
import io.phoneagent.sip.SipRequest;
import io.phoneagent.sip.SipResponse;
import io.phoneagent.sip.SipSession;
import io.phoneagent.sip.SipTimings;
import io.phoneagent.sip.SipTokens;
import io.phoneagent.sip.SipUri;
import io.phoneagent.sip.SipUserAgent;
import io.phoneagent.sip.UserAgentListener;
import io.phoneagent.sip.Via;
import io.phoneagent.spi.IpLiteral;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The ports of one line to its registrar: the one that it is registered by, which is kept alive,
 * and those before it, which serve until what is under way on them is over. On the loop.
 */
final class SipFlow implements SipPort.Owner {
  /** A request over UDP is sent at 0, 0.2, 0.6 and 1.4 s. */
  static final SipTimings TIMINGS =
      new SipTimings(
          Duration.ofMillis(200),
          Duration.ofSeconds(4),
          Duration.ofSeconds(5),
          Duration.ofSeconds(32));

  /** Until then four datagrams, or one over a connection, have been answered. */
  static final Duration ANSWER_TIME = Duration.ofSeconds(2);

  // Together no longer than any other answer is waited for.
  private static final Duration PONG_TIME = Duration.ofMillis(700);
  private static final Duration ANSWER_AFTER_PONG = ANSWER_TIME.minus(PONG_TIME);

  // Time for the registrar to end what it has begun there.
  private static final Duration REST = Duration.ofSeconds(30);
  // For the answers to the last requests, on leaving.
  private static final Duration LEAVE = Duration.ofSeconds(3);
  private static final int MOST_RESTING = 4;

  /** Told what happens, on the loop. */
  interface Listener {

    /** A message that belongs to a call, or to nothing. */
    void received(SipInput message, SipPort from);

    /** The way leads nowhere any more. */
    void dead(String cause);

    /** The registrar sees the phone elsewhere than when it registered by the same port. */
    void seenElsewhere(Endpoint mapped);

    /** A port is closed. */
    void closed(SipPort port);
  }

  private final AgentParts parts;
  private final Line line;
  private final Listener listener;
  private final SipReader reader = new SipReader(SipLimits.defaults());
  private final SipUserAgent asking;
  private final SipTokens tokens;
  private final List<SipPort> resting = new ArrayList<>();
  private Optional<SipPort> current = Optional.empty();
  private Optional<FlowPath> path = Optional.empty();
  private Pulse pulse = Pulse.of(false);
  private Duration interval = Duration.ZERO;
  private Timer beat = () -> {};
  private Timer late = () -> {};
  private boolean suspected;
  private long asked;

  SipFlow(AgentParts parts, Line line, Listener listener) {
    this.parts = parts;
    this.line = line;
    this.listener = listener;
    this.tokens = SipTokens.from(parts.random());
    this.asking =
        SipUserAgent.builder(parts.loop(), SipFlow::send, to -> contactOf(line, to))
            .tokens(tokens)
            .timings(TIMINGS)
            .build(new NoCalls());
  }

  /** What a line calls itself by the way of that port. */
  static SipUri contactOf(Line line, SipPeer to) {
    SipPort port = portOf(to);
    Endpoint local = port.local();
    SipUri contact = SipUri.of(line.user(), SipPort.hostOf(local.address()), local.port());
    return (port.isStream()
            ? contact.with("transport", port.target().transport().label())
            : contact)
        .with("ob", "");
  }

  /** The line's address of record at that registrar. */
  static SipUri recordOf(Line line, RegistrarTarget target) {
    return target.statedPort().isPresent()
        ? SipUri.of(line.user(), target.domain(), target.statedPort().getAsInt())
        : SipUri.of(line.user(), target.domain());
  }

  /** The domain of that registrar. */
  static SipUri domainOf(RegistrarTarget target) {
    SipUri domain = SipUri.of("", target.domain());
    return target.statedPort().isPresent()
        ? new SipUri(false, "", domain.host(), target.statedPort(), "", "")
        : domain;
  }

  static SipPort portOf(SipPeer peer) {
    if (peer instanceof SipPort port) {
      return port;
    }
    throw new IllegalStateException("no port of this line");
  }

  /** Sends a message by a port. */
  static void send(ByteBuffer message, SipPeer to) throws IOException {
    portOf(to).send(message);
  }

  /** Sends requests that are no calls. */
  SipUserAgent asking() {
    return asking;
  }

  SipTokens tokens() {
    return tokens;
  }

  /** The way that the line is registered by. */
  Optional<FlowPath> path() {
    return path;
  }

  Optional<SipPort> current() {
    return current;
  }

  /** The next registration goes out by another port. */
  void suspect() {
    suspected = true;
  }

  /** The port to register by again, if the one that is open will do. */
  Optional<SipPort> reusable(RegistrarTarget target, InetAddress local) {
    return current
        .filter(p -> !suspected && p.isReady())
        .filter(p -> p.target().equals(target) && p.local().address().equals(local));
  }

  /** A port by which that registrar can be spoken to, be it an old one. */
  Optional<SipPort> usable(RegistrarTarget target) {
    List<SipPort> all = new ArrayList<>(resting);
    current.ifPresent(p -> all.add(0, p));
    return all.stream().filter(p -> p.isReady() && p.target().equals(target)).findFirst();
  }

  /**
   * Opens another port.
   *
   * @throws IOException if the local address is gone, or all its ports are taken
   */
  SipPort open(RegistrarTarget target, InetAddress address, InetAddress local, SipPort.Owner owner)
      throws IOException {
    return SipPort.open(parts, target, address, local, owner);
  }

  /**
   * The registrar has accepted a registration by this port.
   *
   * @param mapped from where it has seen it come
   * @param keepAlive how often the way is kept alive
   */
  void adopt(SipPort port, Endpoint mapped, Duration keepAlive) {
    suspected = false;
    path = Optional.of(new FlowPath(port.local(), mapped, port.server()));
    if (!current.filter(c -> c == port).isPresent()) {
      current.ifPresent(old -> rest(old, REST));
      current = Optional.of(port);
      pulse = Pulse.of(port.isStream());
      asked++;
      late.cancel();
    } else {
      handle(Pulse.Event.HEARD);
    }
    interval = keepAlive;
    nextBeat();
  }

  private void rest(SipPort old, Duration time) {
    if (old.isStream()) {
      old.closeIn(LEAVE);
    } else {
      old.closeIn(time);
    }
    resting.removeIf(SipPort::isDead);
    resting.add(old);
    if (resting.size() > MOST_RESTING) {
      resting.remove(0).close();
    }
  }

  private void nextBeat() {
    beat.cancel();
    // A little sooner each time, so that many phones do not act as one.
    Duration sooner =
        Duration.ofNanos((long) (interval.toNanos() * (1 - 0.1 * parts.random().nextDouble())));
    beat =
        parts
            .loop()
            .schedule(
                sooner,
                () -> {
                  handle(Pulse.Event.DUE);
                  nextBeat();
                });
  }

  /** The firewall may have forgotten the way: the registrar is asked at once. */
  void doubt() {
    if (current.isPresent()) {
      handle(Pulse.Event.DOUBTED);
    }
  }

  /** No way is wanted any more; what is under way may end. */
  void close() {
    beat.cancel();
    late.cancel();
    asked++;
    current.ifPresent(old -> rest(old, LEAVE));
    resting.forEach(p -> p.closeIn(LEAVE));
    current = Optional.empty();
    path = Optional.empty();
    suspected = false;
  }

  private void handle(Pulse.Event event) {
    Step<Pulse, Pulse.Effect> step = pulse.on(event);
    if (pulse instanceof Pulse.Pinged && !(step.next() instanceof Pulse.Pinged)) {
      late.cancel();
    }
    boolean pinged = step.next() instanceof Pulse.Asked next && next.pinged();
    pulse = step.next();
    for (Pulse.Effect effect : step.effects()) {
      switch (effect) {
        case PING -> current.ifPresent(SipPort::ping);
        case AWAIT_PONG -> {
          late.cancel();
          late = parts.loop().schedule(PONG_TIME, () -> handle(Pulse.Event.LATE));
        }
        case ASK -> ask(pinged ? ANSWER_AFTER_PONG : ANSWER_TIME);
        case DEAD -> listener.dead("the registrar does not answer any more");
      }
    }
  }

  private void ask(Duration patience) {
    if (!current.isPresent()) {
      return;
    }
    long mine = ++asked;
    SipPort port = current.get();
    late.cancel();
    late = parts.loop().schedule(patience, () -> answered(mine, Pulse.Event.UNANSWERED));
    options(
        port,
        new SipUserAgent.AnswerListener() {
          @Override
          public void onAnswer(SipResponse response) {
            answered(mine, Pulse.Event.ANSWERED);
            mapped(response)
                .filter(m -> current.filter(c -> c == port).isPresent())
                .filter(m -> path.filter(p -> !p.mapped().equals(m)).isPresent())
                .ifPresent(listener::seenElsewhere);
          }

          @Override
          public void onFailure(ClientTransaction.Failure failure) {
            answered(mine, Pulse.Event.UNANSWERED);
          }
        });
  }

  private void answered(long asking, Pulse.Event event) {
    if (asking == asked) {
      asked++;
      late.cancel();
      handle(event);
    }
  }

  /** Asks a registrar what it can; any answer shows that it is there. */
  void options(SipPort port, SipUserAgent.AnswerListener answer) {
    SipUri domain = domainOf(port.target());
    asking.request(
        SipRequest.builder(SipMethod.OPTIONS, domain)
            .add(
                HeaderName.FROM,
                NameAddr.of(recordOf(line, port.target())).with("tag", tokens.next()).toString())
            .add(HeaderName.TO, NameAddr.of(domain).toString())
            .add(HeaderName.CONTACT, NameAddr.of(contactOf(line, port)).toString()),
        SipMethod.OPTIONS,
        port,
        RequestCredentials.none(),
        answer);
  }

  /** From where the other end has seen the request come (RFC 3581); empty if it does not say. */
  static Optional<Endpoint> mapped(SipResponse response) {
    Via via = response.via();
    Optional<InetAddress> address =
        via.received()
            .map(r -> r.startsWith("[") && r.endsWith("]") ? r.substring(1, r.length() - 1) : r)
            .flatMap(IpLiteral::parse);
    Optional<Integer> port = via.rport().filter(r -> r.matches("[0-9]{1,5}")).map(Integer::valueOf);
    return address.isPresent() && port.isPresent() && port.get() > 0 && port.get() <= 65_535
        ? Optional.of(new Endpoint(address.get(), port.get()))
        : Optional.empty();
  }

  @Override
  public void ready(SipPort port) {
    // Who opened it waits for that.
  }

  @Override
  public void heard(SipPort port) {
    if (current.filter(c -> c == port).isPresent()) {
      handle(Pulse.Event.HEARD);
    }
  }

  @Override
  public void received(SipPort port, ByteBuffer message) {
    SipInput input = reader.read(message);
    if (input instanceof SipResponse response && isAsked(response.cseq().method())) {
      asking.receive(input, port);
    } else if (resting.contains(port) || current.filter(c -> c == port).isPresent()) {
      listener.received(input, port);
    }
  }

  private static boolean isAsked(SipMethod method) {
    return method.equals(SipMethod.REGISTER) || method.equals(SipMethod.OPTIONS);
  }

  @Override
  public void closed(SipPort port, String cause) {
    asking.transportFailed(port);
    listener.closed(port);
    if (current.filter(c -> c == port).isPresent()) {
      listener.dead("the connection to the registrar is gone: " + cause);
    }
  }

  /** What it is handed are answers only. */
  private static final class NoCalls implements UserAgentListener {
    @Override
    public void onIncoming(SipSession session) {
      session.reject(480);
    }
  }
}
