// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.call;

import io.phoneagent.Endpoint;
import io.phoneagent.PhoneNumber;
import io.phoneagent.dnsswitch.account.AccountDirectory;
import io.phoneagent.dnsswitch.registry.Registry;
import io.phoneagent.dnsswitch.relay.MediaRelay;
import io.phoneagent.flow.FlowSource;
import io.phoneagent.runtime.Loop;
import io.phoneagent.sip.CallRequest;
import io.phoneagent.sip.NameAddr;
import io.phoneagent.sip.Rejection;
import io.phoneagent.sip.SessionListener;
import io.phoneagent.sip.SipMethod;
import io.phoneagent.sip.SipPeer;
import io.phoneagent.sip.SipRequest;
import io.phoneagent.sip.SipSession;
import io.phoneagent.sip.SipUri;
import io.phoneagent.sip.SipUserAgent;
import io.phoneagent.sip.UserAgentListener;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes calls and joins them with their called side, as a back-to-back agent: each call is two SIP
 * sessions that know nothing of each other. Owned by the loop.
 */
public final class Switchboard {
  private static final Logger LOG = LoggerFactory.getLogger(Switchboard.class);

  // Several times the longest INVITE of any phone. A request may be remembered for half a minute,
  // so what is longer could be sent to fill the memory.
  private static final int MOST_OCTETS = 16_384;
  // A phone has a handful of lines; a company behind one address, some more.
  private static final int MOST_CALLS_OF_ONE = 20;
  // A stranger's address may be forged, so all of them together leave the relay to others.
  private static final int MOST_CALLS_OF_STRANGERS = 200;
  // Characters of a caller's name or number; quoted and escaped, it still fits into any field.
  private static final int LONGEST_NAME = 256;

  /** Sends a message from the assigned endpoint. */
  @FunctionalInterface
  public interface Output {
    /** Sends one now. */
    void send(ByteBuffer message, FlowSource to);
  }

  /** Whether a phone is there. */
  public interface Liveness {
    /** Asks it for a proof. */
    void ask(PhoneNumber number);

    /** When it last proved something, in the loop's nanoseconds. */
    long heardAtNanos(PhoneNumber number);

    /** How long a question to it and its answer take, as last measured. */
    Duration roundTrip(PhoneNumber number);
  }

  /** What the host of a called address says about whom it reaches. */
  @FunctionalInterface
  public interface Addressing {
    /** Whether this number is reached at this host. */
    boolean reaches(PhoneNumber number, String host);
  }

  /**
   * What a switchboard works with.
   *
   * @param loop its thread
   * @param accounts who may call and be called
   * @param registry who is registered
   * @param flowPaths where each phone is
   * @param liveness whether it is still there
   * @param relay joins the media
   * @param trunk the peer beyond which all other numbers are
   * @param backupAfter how long a phone may be silent before its backup rings beside it
   * @param addressing whom a called host may be
   * @param own the endpoint phones and trunk see at the moment: the assigned one
   */
  public record Parts(
      Loop loop,
      AccountDirectory accounts,
      Registry registry,
      Function<PhoneNumber, Optional<FlowSource>> flowPaths,
      Liveness liveness,
      MediaRelay relay,
      Optional<FlowSource> trunk,
      Duration backupAfter,
      Addressing addressing,
      Supplier<Endpoint> own) {}

  // TCP repeats after 200 ms at the earliest, then after 400; the other end after 200.
  private static final Duration LONGEST_REPEATING = Duration.ofMillis(800);

  private final Parts parts;
  private final Output output;
  private final SipUserAgent userAgent;
  private final CallAdmission admission;
  private final AmplificationLimit strangersAnswers = new AmplificationLimit();
  private final Routing routing;
  private final Optional<Peers.Trunk> trunk;
  private final TrunkBackups trunkBackups = new TrunkBackups();
  private final Set<SwitchCall> calls = new LinkedHashSet<>();
  private boolean draining;

  /** No calls yet. */
  public Switchboard(Parts parts, Output output) {
    this.parts = parts;
    this.output = output;
    this.trunk = parts.trunk().map(Peers.Trunk::new);
    this.admission = new CallAdmission(parts.accounts(), parts.registry());
    this.routing = new Routing(parts.accounts(), parts.registry(), trunk, this::phone);
    this.userAgent =
        SipUserAgent.builder(parts.loop(), this::send, peer -> contact()).build(new Incoming());
  }

  private SipUri contact() {
    return SipUri.of("switch", host(), parts.own().get().port());
  }

  private String host() {
    return parts.own().get().address().getHostAddress();
  }

  private void send(ByteBuffer message, SipPeer to) {
    if (to instanceof Peers.Phone phone) {
      phone.path().ifPresent(path -> output.send(message, path));
    } else if (to.port() > 0 && mayAnswer(message, to)) {
      output.send(message, source(to));
    }
  }

  private boolean mayAnswer(ByteBuffer message, SipPeer to) {
    return to.reliable()
        || !(to instanceof Peers.Stranger stranger)
        || strangersAnswers.allows(stranger.source(), message.remaining());
  }

  private static FlowSource source(SipPeer peer) {
    if (peer instanceof Peers.Trunk there) {
      return there.source();
    }
    return ((Peers.Stranger) peer).source();
  }

  /** The phone of a number, if its flow has ever been bound. */
  private Optional<Peers.Phone> phone(PhoneNumber number) {
    return parts.registry().find(number).isPresent() && parts.flowPaths().apply(number).isPresent()
        ? Optional.of(new Peers.Phone(number, parts.flowPaths()))
        : Optional.empty();
  }

  /** A SIP message from the proven path of a phone. */
  public void receivedFromPhone(ByteBuffer datagram, PhoneNumber number) {
    receive(datagram, new Peers.Phone(number, parts.flowPaths()));
  }

  /** A SIP message from anybody else. */
  public void received(ByteBuffer datagram, FlowSource from) {
    // The trunk's host is trusted: a gateway may well call from other ports than it is called at.
    boolean fromTrunk =
        trunk
            .filter(t -> t.host().equals(from.address().getAddress().getHostAddress()))
            .isPresent();
    receive(datagram, fromTrunk ? new Peers.Trunk(from) : new Peers.Stranger(from));
  }

  private void receive(ByteBuffer datagram, SipPeer from) {
    if (datagram.remaining() <= MOST_OCTETS) {
      if (from instanceof Peers.Stranger stranger && !from.reliable()) {
        strangersAnswers.heard(stranger.source(), datagram.remaining());
      }
      userAgent.receive(datagram, from);
    }
  }

  /** A connection of somebody who has no flow is gone: what it was asked stays unanswered. */
  public void closed(FlowSource connection) {
    userAgent.transportFailed(new Peers.Stranger(connection));
    userAgent.transportFailed(new Peers.Trunk(connection));
  }

  /** A phone is reached elsewhere: what it has not answered is sent there again at once. */
  public void moved(PhoneNumber number) {
    Peers.Phone phone = new Peers.Phone(number, parts.flowPaths());
    userAgent.moved(phone, phone);
    calls.forEach(call -> call.moved(phone));
  }

  /** Takes no new calls. */
  public void drain() {
    draining = true;
  }

  /** How many calls are up or on their way. */
  public int calls() {
    return calls.size();
  }

  /** Ends all calls. */
  public void hangUp() {
    new ArrayList<>(calls).forEach(SwitchCall::hangUp);
  }

  MediaRelay relay() {
    return parts.relay();
  }

  Loop loop() {
    return parts.loop();
  }

  /**
   * How long a phone may be silent before its backup rings beside it: never less than three round
   * trips. A connection repeats what is lost by itself, later than we repeat datagrams: with two
   * losses on the way there and one on the way back, TCP needs up to eight round trips beside what
   * it waits at least.
   */
  Duration backupAfter(SipPeer peer) {
    if (!(peer instanceof Peers.Phone phone)) {
      return parts.backupAfter();
    }
    return backupAfter(
        parts.backupAfter(), parts.liveness().roundTrip(phone.number()), phone.reliable());
  }

  static Duration backupAfter(Duration silence, Duration roundTrip, boolean reliable) {
    Duration least =
        reliable ? roundTrip.multipliedBy(8).plus(LONGEST_REPEATING) : roundTrip.multipliedBy(3);
    return least.compareTo(silence) > 0 ? least : silence;
  }

  String mediaHost() {
    return host();
  }

  void forget(SwitchCall call) {
    calls.remove(call);
  }

  /** Calls a number at a peer, in the name of the caller. */
  SipSession call(
      PhoneNumber number,
      SipPeer peer,
      NameAddr caller,
      byte[] offer,
      int maxForwards,
      SessionListener listener) {
    CallRequest request =
        CallRequest.to(SipUri.of(number.e164(), peer.host(), peer.port()), caller)
            .sdp(offer)
            .maxForwards(maxForwards);
    return userAgent.call(request, peer, listener);
  }

  /** Whether a backup may be called now for this caller. */
  boolean mayCall(Routing.Destination backup, SipPeer caller) {
    if (!(backup.peer() instanceof Peers.Trunk)) {
      return true;
    }
    long unanswered = calls.stream().filter(c -> c.awaitsTrunkBackupOf(backup.of())).count();
    return trunkBackups.allows(backup.of(), caller, unanswered, parts.loop().nanos());
  }

  private boolean hasTooMany(SipPeer caller) {
    if (caller instanceof Peers.Trunk) {
      return false;
    }
    boolean stranger = caller instanceof Peers.Stranger;
    int same = 0;
    int strangers = 0;
    for (SwitchCall call : calls) {
      boolean fromStranger = call.caller() instanceof Peers.Stranger;
      strangers += fromStranger ? 1 : 0;
      boolean sameAddress = fromStranger && stranger && call.caller().host().equals(caller.host());
      same += sameAddress || call.caller().equals(caller) ? 1 : 0;
    }
    return same >= MOST_CALLS_OF_ONE || (stranger && strangers >= MOST_CALLS_OF_STRANGERS);
  }

  /** Who is at the other end of a session. */
  private static NameAddr other(SipSession session) {
    return session.isIncoming() ? session.from() : session.to();
  }

  /** The other end's number, as it says itself; empty if it has none. */
  static String number(SipSession session) {
    return number(other(session));
  }

  private static String number(NameAddr somebody) {
    return somebody.uri() instanceof SipUri sip ? sip.number() : "";
  }

  Liveness liveness() {
    return parts.liveness();
  }

  /** Where the other end of a phone's call goes on when the phone is lost. */
  Optional<Routing.Destination> backup(PhoneNumber lost, SipSession remaining) {
    return parts
        .accounts()
        .find(lost)
        .flatMap(a -> routing.backup(a, remaining.peer(), number(remaining)));
  }

  /** As the called side is told. What no display shows is not passed on: it could be too long. */
  NameAddr callerOf(SipSession session) {
    String user = number(session);
    boolean plain = !user.isEmpty() && user.length() <= LONGEST_NAME;
    return NameAddr.of(
        shortened(other(session).displayName()),
        SipUri.of(plain ? user : "anonymous", host(), parts.own().get().port()));
  }

  private static String shortened(String name) {
    if (name.length() <= LONGEST_NAME) {
      return name;
    }
    boolean between = Character.isHighSurrogate(name.charAt(LONGEST_NAME - 1));
    return name.substring(0, between ? LONGEST_NAME - 1 : LONGEST_NAME);
  }

  private Optional<PhoneNumber> called(SipRequest invite) {
    if (!(invite.uri() instanceof SipUri sip)) {
      return Optional.empty();
    }
    return Stream.of(sip.number(), "+" + sip.number())
        .filter(PhoneNumber::isE164)
        .findFirst()
        .map(PhoneNumber::new)
        .filter(number -> parts.addressing().reaches(number, sip.host()));
  }

  private final class Incoming implements UserAgentListener {
    @Override
    public boolean hears(SipRequest request, SipPeer from) {
      if (from instanceof Peers.Stranger stranger && userAgent.isInDialog(request)) {
        strangersAnswers.proven(stranger.source()); // our tag cannot be guessed
      }
      return admission.hears(request, from);
    }

    @Override
    public Optional<Rejection> vet(SipRequest request, SipPeer from) {
      Optional<Rejection> refused = admission.vet(request, from, parts.loop().nanos());
      boolean strangersCall =
          from instanceof Peers.Stranger
              && request.method().equals(SipMethod.INVITE)
              && request.toTag().isEmpty();
      if (refused.isPresent() || !strangersCall) {
        return refused;
      }
      // A stranger's address may be forged, so it is told no once and not again and again.
      int refusal = refusal(request, from, number(request.from()));
      return refusal == 0 ? Optional.empty() : Optional.of(Rejection.of(refusal));
    }

    /** Why an INVITE does not become a call; 0 if it does. */
    private int refusal(SipRequest invite, SipPeer from, String claimed) {
      Optional<PhoneNumber> called = called(invite);
      if (draining || called.isEmpty() || forwards(invite) <= 0) {
        return draining ? 503 : called.isEmpty() ? 404 : 483;
      }
      return hasTooMany(from) ? 503 : routing.route(called.get(), from, claimed).refusal();
    }

    private int forwards(SipRequest invite) {
      return invite.maxForwards().orElse(70) - 1;
    }

    @Override
    public void onIncoming(SipSession session) {
      SipRequest invite = session.invite().orElseThrow();
      int refusal = refusal(invite, session.peer(), number(session));
      if (refusal != 0) {
        session.reject(refusal);
        return;
      }
      PhoneNumber called = called(invite).orElseThrow();
      Routing.Route route = routing.route(called, session.peer(), number(session));
      LOG.debug("call {} to {}: {}", session.id(), called, route);
      SwitchCall call = new SwitchCall(Switchboard.this, session, called, forwards(invite));
      calls.add(call);
      call.start(route);
    }
  }
}
