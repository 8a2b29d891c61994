// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.call;

import io.phoneagent.Endpoint;
import io.phoneagent.PhoneNumber;
import io.phoneagent.Transport;
import io.phoneagent.dnsswitch.account.AccountDirectory;
import io.phoneagent.dnsswitch.registrar.Contact;
import io.phoneagent.dnsswitch.registrar.Contacts;
import io.phoneagent.dnsswitch.registrar.Registrar;
import io.phoneagent.dnsswitch.registry.Registry;
import io.phoneagent.dnsswitch.relay.MediaRelay;
import io.phoneagent.flow.FlowSource;
import io.phoneagent.runtime.Loop;
import io.phoneagent.sip.CallRequest;
import io.phoneagent.sip.HeaderName;
import io.phoneagent.sip.NameAddr;
import io.phoneagent.sip.Rejection;
import io.phoneagent.sip.ServerTransaction;
import io.phoneagent.sip.SipMethod;
import io.phoneagent.sip.SipPeer;
import io.phoneagent.sip.SipRequest;
import io.phoneagent.sip.SipSession;
import io.phoneagent.sip.SipUri;
import io.phoneagent.sip.SipUserAgent;
import io.phoneagent.sip.TelUri;
import io.phoneagent.sip.Uri;
import io.phoneagent.sip.UserAgentListener;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
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
  // RFC 3261, section 8.1.1.6, less this switch.
  private static final int MOST_FORWARDS = 69;
  // Characters of a caller's name or number; quoted and escaped, it still fits into any field.
  private static final int LONGEST_NAME = 256;

  /** Sends a message from the assigned endpoint. */
  @FunctionalInterface
  public interface Output {
    /** Sends one now; false if that was over a connection which is gone. */
    boolean send(ByteBuffer message, FlowSource to);

    /**
     * Begins a TCP connection, for what is sent to it; {@link Switchboard#closed} is told if it
     * does not come to be. Empty where there are none.
     */
    default Optional<FlowSource> connect(InetSocketAddress to) {
      return Optional.empty();
    }

    /** Closes a connection; {@link Switchboard#closed} is told. */
    default void close(FlowSource connection) {}
  }

  /** Whether a phone is there. */
  public interface Liveness {
    /** Asks it for a proof. */
    void ask(PhoneNumber number);

    /** When it last proved something, in the loop's nanoseconds. */
    long heardAtNanos(PhoneNumber number);

    /** How long a question to it and its answer take, as last measured. */
    Duration roundTrip(PhoneNumber number);

    /** Whether another phone is by now at a path of this one, which hears nothing there. */
    boolean isAnothers(FlowSource path, PhoneNumber number);
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
   * @param trunkAccount what it and the switch prove to each other; empty if nothing
   * @param backupAfter how long a phone may be silent before its backup rings beside it
   * @param addressing whom a called host may be
   * @param registrar the plain phones
   * @param own the endpoint phones and trunk see at the moment, by transport: the assigned one
   */
  public record Parts(
      Loop loop,
      AccountDirectory accounts,
      Registry registry,
      Function<PhoneNumber, Optional<FlowSource>> flowPaths,
      Liveness liveness,
      MediaRelay relay,
      Optional<FlowSource> trunk,
      Optional<TrunkAccount> trunkAccount,
      Duration backupAfter,
      Addressing addressing,
      Registrar registrar,
      Function<Transport, Endpoint> own) {}

  private final Parts parts;
  private final Ways ways;
  private final SipUserAgent userAgent;
  private final CallAdmission admission;
  private final AmplificationLimit strangersAnswers = new AmplificationLimit();
  private final Routing routing;
  private final Referrals referrals;
  private final CallAgent callAgent;
  private final Optional<Peers.Trunk> trunk;
  private final Optional<TrunkDigest> trunkDigest;
  private final Set<SwitchCall> calls = new LinkedHashSet<>();
  private final CallLimits limits;
  private boolean draining;

  /** No calls yet. */
  public Switchboard(Parts parts, Output output) {
    this.parts = parts;
    this.ways =
        new Ways(output, parts.liveness()::isAnothers, strangersAnswers, parts.loop().clock());
    this.trunk = parts.trunk().map(Peers.Trunk::new);
    this.trunkDigest = parts.trunkAccount().map(TrunkDigest::new);
    this.limits =
        new CallLimits(
            calls, parts.loop().clock(), trunkDigest.filter(TrunkDigest::isAsked).isPresent());
    this.admission =
        new CallAdmission(parts.accounts(), parts.registry(), parts.registrar(), trunkDigest);
    this.routing = new Routing(parts.accounts(), parts.registry(), trunk, this::phones);
    this.userAgent = SipUserAgent.builder(parts.loop(), ways, this::contact).build(new Incoming());
    this.referrals = new Referrals(this, routing, userAgent::session);
    this.callAgent =
        new CallAgent(
            new CallAgent.Parts(
                parts.loop(),
                parts.registry(),
                this::ownPath,
                parts.liveness()::heardAtNanos,
                output,
                new SecureRandom(),
                new Dialled()));
    parts.registry().addListener(callAgent);
  }

  /** Who reaches us by a connection is to go on with it. An agent sends to its flow anyway. */
  private SipUri contact(SipPeer peer) {
    Transport transport = Transport.valueOf(peer.transport());
    SipUri uri = SipUri.of("switch", host(), parts.own().apply(transport).port());
    return transport == Transport.UDP || peer instanceof Peers.Phone
        ? uri
        : uri.with("transport", transport.label());
  }

  /** Where a phone is reached, unless somebody else is there by now. */
  private Optional<FlowSource> ownPath(PhoneNumber number) {
    return parts
        .flowPaths()
        .apply(number)
        .filter(path -> !parts.liveness().isAnothers(path, number));
  }

  private Endpoint own() {
    return parts.own().apply(Transport.UDP);
  }

  private String host() {
    return own().address().getHostAddress();
  }

  /** All that ring for a number: its phone, if its flow has ever been bound, and plain ones. */
  private List<SipPeer> phones(PhoneNumber number) {
    List<SipPeer> all = new ArrayList<>();
    if (parts.registry().find(number).isPresent() && parts.flowPaths().apply(number).isPresent()) {
      all.add(new Peers.Phone(number, parts.flowPaths()));
    }
    Contacts contacts = parts.registrar().contacts();
    contacts.of(number).forEach(c -> all.add(Peers.Plain.of(c, contacts)));
    return all;
  }

  /** A SIP message from the proven path of a phone. */
  public void receivedFromPhone(ByteBuffer datagram, PhoneNumber number) {
    receive(datagram, new Peers.Phone(number, parts.flowPaths()));
  }

  /** A framed message from the proven path of a phone: of MGCP, if that is what it speaks. */
  public void receivedFramed(ByteBuffer message, PhoneNumber number) {
    callAgent.received(message, number);
  }

  /** A SIP message from anybody else. */
  public void received(ByteBuffer datagram, FlowSource from) {
    // The trunk's host is trusted: a gateway may well call from other ports than it is called at.
    boolean fromTrunk =
        trunk
            .filter(t -> t.host().equals(from.address().getAddress().getHostAddress()))
            .isPresent();
    ways.heard(from);
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
    ways.closed(connection);
    userAgent.transportFailed(new Peers.Beside(connection));
    userAgent.transportFailed(new Peers.Stranger(connection));
    userAgent.transportFailed(new Peers.Trunk(connection));
    Contacts contacts = parts.registrar().contacts();
    contacts.at(connection).forEach(c -> userAgent.transportFailed(Peers.Plain.of(c, contacts)));
    contacts.closed(connection);
  }

  /** A phone does not answer over its connection any more: that ends, and its contact with it. */
  void disconnect(Peers.Plain phone) {
    LOG.info("{} does not answer any more; its connection is closed", phone);
    phone.path().ifPresent(ways::close);
  }

  /** A phone is reached elsewhere: what it has not answered is sent there again at once. */
  public void moved(PhoneNumber number) {
    Peers.Phone phone = new Peers.Phone(number, parts.flowPaths());
    userAgent.moved(phone, phone);
    callAgent.moved(number);
    calls.forEach(call -> call.moved(phone));
  }

  private void registered(FlowSource from, ServerTransaction transaction) {
    Contacts contacts = parts.registrar().contacts();
    Set<SipPeer> moved = new LinkedHashSet<>();
    for (Contact one : parts.registrar().contactsOf(transaction.request())) {
      if (!one.path().equals(from)) {
        moved.add(Peers.Plain.of(one, contacts));
      }
    }
    parts.registrar().register(transaction, from);
    for (SipPeer peer : moved) {
      if (((Peers.Plain) peer).contact().filter(c -> c.path().equals(from)).isPresent()) {
        userAgent.moved(peer, peer);
        calls.forEach(call -> call.moved((Peers.Own) peer));
      }
    }
  }

  /** Takes no new calls. */
  public void drain() {
    draining = true;
  }

  /** How many calls are up or on their way. */
  public int calls() {
    return calls.size();
  }

  /** How many there are at the moment of what a call needs, by name. */
  public Map<String, Integer> gauges() {
    return Map.of(
        "calls", calls.size(),
        "dialogs", userAgent.dialogs(),
        "transactions", userAgent.transactions().size());
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

  /** How long a phone may be silent before its backup rings beside it. */
  Duration backupAfter(SipPeer peer) {
    Duration roundTrip = Duration.ZERO;
    if (peer instanceof Peers.Phone phone) {
      roundTrip = parts.liveness().roundTrip(phone.number());
    } else if (peer instanceof Peers.Plain plain) {
      roundTrip = plain.contact().map(Contact::roundTrip).orElse(roundTrip);
    } else {
      return parts.backupAfter();
    }
    return Patience.with(parts.backupAfter(), roundTrip, peer.reliable());
  }

  String mediaHost() {
    return host();
  }

  void forget(SwitchCall call) {
    calls.remove(call);
  }

  /** Calls a number at a peer, in the name of the caller. */
  CallLeg call(
      PhoneNumber number,
      SipPeer peer,
      CallLeg caller,
      byte[] offer,
      int maxForwards,
      LegListener listener) {
    if (peer instanceof Peers.Phone && callAgent.serves(number)) {
      return callAgent.call(number, told(caller), offer, listener);
    }
    return SipLeg.call(
        userAgent,
        request(number, peer, callerOf(caller), offer).maxForwards(maxForwards),
        peer,
        listener);
  }

  private CallRequest request(PhoneNumber number, SipPeer peer, NameAddr caller, byte[] offer) {
    Optional<Contact> contact =
        peer instanceof Peers.Plain plain ? plain.contact() : Optional.empty();
    Uri target =
        contact
            .map(c -> Uri.of(c.uri()))
            .orElseGet(() -> SipUri.of(number.e164(), peer.host(), peer.port()));
    CallRequest request =
        CallRequest.to(target, caller)
            .toField(
                NameAddr.of(SipUri.of(number.e164(), contact.isPresent() ? host() : peer.host())))
            .sdp(offer);
    if (peer instanceof Peers.Trunk) {
      trunkDigest.map(TrunkDigest::credentials).ifPresent(request::credentials);
    }
    contact.ifPresent(c -> c.routes().forEach(r -> request.add(HeaderName.ROUTE, r)));
    return request;
  }

  /** Calls the target of a transfer for the end that remains, in the name of both others. */
  CallLeg transfer(
      PhoneNumber number,
      SipPeer peer,
      CallLeg remaining,
      CallLeg transferor,
      byte[] offer,
      LegListener listener) {
    if (peer instanceof Peers.Phone && callAgent.serves(number)) {
      return callAgent.call(number, told(remaining), offer, listener);
    }
    return SipLeg.call(
        userAgent,
        request(number, peer, callerOf(remaining), offer)
            .add(HeaderName.REFERRED_BY, callerOf(transferor).toString()),
        peer,
        listener);
  }

  private void begin(CallLeg caller, PhoneNumber called, int forwards, Routing.Route route) {
    LOG.debug("call {} to {}: {}", caller.id(), called, route);
    SwitchCall call = new SwitchCall(this, caller, called, forwards);
    calls.add(call);
    call.start(route);
  }

  /** The call that a session is an end of, once that is joined with another one. */
  Optional<SwitchCall> callOf(SipSession session) {
    return calls.stream().filter(c -> c.end(session).isPresent()).findAny();
  }

  Referrals referrals() {
    return referrals;
  }

  boolean isDraining() {
    return draining;
  }

  /** A call that a transfer has made. */
  void begin(SwitchCall call) {
    calls.add(call);
    call.begin();
  }

  CallLimits limits() {
    return limits;
  }

  Liveness liveness() {
    return parts.liveness();
  }

  /** Where the other end of a phone's call goes on when the phone is lost. */
  Optional<Routing.Destination> backup(PhoneNumber lost, CallLeg remaining) {
    return parts
        .accounts()
        .find(lost)
        .flatMap(a -> routing.backup(a, remaining.peer(), remaining.name().number()));
  }

  /** What the called side is told. What no display shows is not passed on: it could be too long. */
  private static LegName told(CallLeg leg) {
    LegName name = leg.name();
    String number = leg.peer() instanceof Peers.Own phone ? phone.number().e164() : name.number();
    return new LegName(number.length() <= LONGEST_NAME ? number : "", shortened(name.display()));
  }

  private NameAddr callerOf(CallLeg leg) {
    LegName caller = told(leg);
    String user = caller.number().isEmpty() ? "anonymous" : caller.number();
    return NameAddr.of(caller.display(), SipUri.of(user, host(), own().port()));
  }

  private static String shortened(String name) {
    if (name.length() <= LONGEST_NAME) {
      return name;
    }
    boolean between = Character.isHighSurrogate(name.charAt(LONGEST_NAME - 1));
    return name.substring(0, between ? LONGEST_NAME - 1 : LONGEST_NAME);
  }

  Optional<PhoneNumber> called(Uri uri) {
    if (uri instanceof TelUri tel) {
      return Optional.of(tel.number()).filter(PhoneNumber::isE164).map(PhoneNumber::new);
    }
    if (!(uri instanceof SipUri sip)) {
      return Optional.empty();
    }
    return Stream.of(sip.number(), "+" + sip.number())
        .filter(PhoneNumber::isE164)
        .findFirst()
        .map(PhoneNumber::new)
        .filter(number -> parts.addressing().reaches(number, sip.host()));
  }

  /** Calls of the telephones that the switch is the call agent of. */
  private final class Dialled implements CallAgent.Exchange {
    @Override
    public int refusal(SipPeer caller, PhoneNumber called) {
      if (draining || limits.isFull(caller, called)) {
        return 503;
      }
      return routing.route(called, caller, "").refusal();
    }

    @Override
    public void begin(CallLeg caller, PhoneNumber called) {
      int refusal = refusal(caller.peer(), called);
      if (refusal != 0) {
        caller.reject(Rejection.of(refusal));
        return;
      }
      String claimed = caller.name().number();
      Switchboard.this.begin(
          caller, called, MOST_FORWARDS, routing.route(called, caller.peer(), claimed));
    }
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
      Optional<Rejection> refused =
          admission.vet(request, from, userAgent.isInDialog(request), parts.loop().nanos());
      boolean newCall =
          from instanceof Peers.Placed
              && request.method().equals(SipMethod.INVITE)
              && request.toTag().isEmpty();
      if (refused.isPresent() || !newCall) {
        return refused;
      }
      // Their addresses may be forged, the trunk's too: they are told no once, not again and again.
      int refusal = refusal(request, caller(request, from), SipLeg.number(request.from()));
      return refusal == 0 ? Optional.empty() : Optional.of(Rejection.of(refusal));
    }

    /**
     * Who calls, once it is let in: who says then that it has an account's number has proven it.
     */
    private SipPeer caller(SipRequest invite, SipPeer from) {
      return from instanceof Peers.Stranger stranger
          ? admission
              .account(invite)
              .<SipPeer>map(n -> Peers.Plain.at(stranger.source(), n, parts.registrar().contacts()))
              .orElse(from)
          : from;
    }

    @Override
    public boolean supports(String option, SipRequest request) {
      return request.method().equals(SipMethod.REGISTER) && Registrar.OPTIONS.contains(option);
    }

    @Override
    public boolean onRequest(ServerTransaction transaction) {
      if (!transaction.request().method().equals(SipMethod.REGISTER)
          || !(transaction.peer() instanceof Peers.Stranger stranger)) {
        return false;
      }
      if (parts.registrar().isProven(transaction.request())) {
        strangersAnswers.proven(stranger.source()); // it has read the nonce
      }
      registered(stranger.source(), transaction);
      return true;
    }

    /** Why an INVITE does not become a call; 0 if it does. */
    private int refusal(SipRequest invite, SipPeer from, String claimed) {
      if (invite.has(HeaderName.REPLACES)) {
        return 403; // here, calls are transferred by REFER
      }
      Optional<PhoneNumber> called = called(invite.uri());
      if (draining || called.isEmpty() || forwards(invite) <= 0) {
        return draining ? 503 : called.isEmpty() ? 404 : 483;
      }
      return limits.isFull(from, called.get())
          ? 503
          : routing.route(called.get(), from, claimed).refusal();
    }

    private int forwards(SipRequest invite) {
      return invite.maxForwards().orElse(MOST_FORWARDS + 1) - 1;
    }

    @Override
    public void onIncoming(SipSession session) {
      SipRequest invite = session.invite().orElseThrow();
      SipPeer from = caller(invite, session.peer());
      if (!from.equals(session.peer())) {
        session.moveTo(from);
      }
      if (from instanceof Peers.Trunk) {
        trunkDigest.map(TrunkDigest::credentials).ifPresent(session::credentials);
      }
      SipLeg leg = SipLeg.incoming(session);
      int refusal = refusal(invite, session.peer(), leg.name().number());
      if (refusal != 0) {
        session.reject(refusal);
        return;
      }
      PhoneNumber called = called(invite.uri()).orElseThrow();
      Routing.Route route = routing.route(called, session.peer(), leg.name().number());
      begin(leg, called, forwards(invite), route);
    }
  }
}
