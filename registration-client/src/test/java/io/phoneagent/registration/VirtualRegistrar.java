// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.Line;
import io.phoneagent.sip.Digest;
import io.phoneagent.sip.DigestAlgorithm;
import io.phoneagent.sip.DigestChallenge;
import io.phoneagent.sip.DigestCredentials;
import io.phoneagent.sip.HeaderField;
import io.phoneagent.sip.HeaderName;
import io.phoneagent.sip.NameAddr;
import io.phoneagent.sip.Rejection;
import io.phoneagent.sip.ServerTransaction;
import io.phoneagent.sip.SipFramer;
import io.phoneagent.sip.SipLimits;
import io.phoneagent.sip.SipMethod;
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
import io.phoneagent.testkit.VirtualTime;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;

/** A SIP registrar in the virtual internet that does what a test wants, over UDP and TCP. */
final class VirtualRegistrar {
  static final int PORT = 5060;
  static final String NUMBER = "+15551230001";
  static final String PASSWORD = "hush";
  static final String REALM = "registrar.test";

  private final VirtualHost host;
  private final DatagramPort socket;
  private final SipUserAgent userAgent;
  private final Map<InetSocketAddress, StreamPort> streams = new HashMap<>();
  private final List<SipRequest> registers = new ArrayList<>();
  private final List<SipRequest> accepted = new ArrayList<>();
  private final List<SipSession> incoming = new ArrayList<>();
  private final Map<String, String> contacts = new LinkedHashMap<>();
  private final Map<String, SipPeer> ways = new HashMap<>();
  private final Deque<Function<ServerTransaction, SipResponse.Builder>> next = new ArrayDeque<>();
  private final List<SipRequest> invites = new ArrayList<>();
  private Optional<Rejection> callChallenge = Optional.empty();
  private DigestAlgorithm algorithm = DigestAlgorithm.MD5;
  private boolean offersBoth;
  private int nonce = 1;
  private int pings;
  private int options;
  private boolean pongs = true;
  private boolean silent;
  private boolean deafToOptions;
  private boolean outbound;
  private long seconds = Long.MAX_VALUE;

  /** One that it knows, as anna. */
  static Line line() {
    return Line.number(NUMBER).secret(PASSWORD).user("anna");
  }

  VirtualRegistrar(VirtualTime time, VirtualHost host) throws IOException {
    this(time, host, true);
  }

  /** Over UDP, and over TCP if it listens. */
  VirtualRegistrar(VirtualTime time, VirtualHost host, boolean listens) throws IOException {
    this.host = host;
    this.socket =
        host.loop()
            .openDatagram(
                new InetSocketAddress(host.address(), PORT),
                (datagram, from) -> received(datagram, SipPeer.of(from, "UDP")));
    this.userAgent =
        SipUserAgent.builder(
                time, this::send, peer -> SipUri.of("", host.address().getHostAddress(), PORT))
            .tokens(SipTokens.from(new Random(7)))
            .build(new Listener());
    if (listens) {
      host.listen(PORT, this::accept);
    }
  }

  private void send(ByteBuffer message, SipPeer to) {
    InetSocketAddress address = new InetSocketAddress(to.host(), to.port());
    if (to.transport().equals("UDP")) {
      socket.send(message, address);
    } else {
      Optional.ofNullable(streams.get(address)).ifPresent(s -> s.send(message));
    }
  }

  private void received(ByteBuffer message, SipPeer from) {
    if (message.remaining() <= 4) {
      pings++;
    } else if (!silent) {
      userAgent.receive(message, from);
    }
  }

  private StreamReceiver accept(StreamPort stream, InetSocketAddress from) {
    streams.put(from, stream);
    SipFramer framer = new SipFramer(SipLimits.defaults());
    return new StreamReceiver() {
      @Override
      public void connected() {
        // The phone speaks first.
      }

      @Override
      public void received(ByteBuffer data) {
        if (data.remaining() <= 4) {
          pings++;
          if (pongs && !silent) {
            stream.send(ByteBuffer.wrap("\r\n".getBytes(StandardCharsets.US_ASCII)));
          }
          return;
        }
        assertThat(
                framer.receive(
                    data, m -> VirtualRegistrar.this.received(m, SipPeer.of(from, "TCP"))))
            .isTrue();
      }

      @Override
      public void closed(String cause) {
        streams.remove(from);
      }
    };
  }

  private final class Listener implements UserAgentListener {
    @Override
    public boolean hears(SipRequest request, SipPeer from) {
      if (request.method().equals(SipMethod.OPTIONS)) {
        options++;
        return !deafToOptions;
      }
      return true;
    }

    @Override
    public Optional<Rejection> vet(SipRequest request, SipPeer from) {
      if (!request.method().equals(SipMethod.INVITE)) {
        return Optional.empty();
      }
      invites.add(request);
      boolean proves =
          request.has(HeaderName.AUTHORIZATION) || request.has(HeaderName.PROXY_AUTHORIZATION);
      return callChallenge.filter(c -> !proves);
    }

    @Override
    public void onIncoming(SipSession session) {
      incoming.add(session);
      session.ring();
    }

    @Override
    public boolean onRequest(ServerTransaction transaction) {
      SipRequest request = transaction.request();
      if (!request.method().equals(SipMethod.REGISTER)) {
        return false;
      }
      registers.add(request);
      transaction.send(
          (next.isEmpty() ? answer(transaction) : next.poll().apply(transaction)).build());
      return true;
    }
  }

  private SipResponse.Builder answer(ServerTransaction transaction) {
    SipRequest request = transaction.request();
    Optional<DigestCredentials> credentials =
        request.header(HeaderName.AUTHORIZATION).flatMap(DigestCredentials::parse);
    boolean fresh = credentials.filter(c -> c.nonce().equals("nonce-" + nonce)).isPresent();
    if (!fresh || !proves(credentials.get())) {
      SipResponse.Builder challenge = transaction.response(401);
      DigestChallenge asked = DigestChallenge.of(REALM, "nonce-" + nonce, DigestAlgorithm.MD5);
      boolean stale = credentials.isPresent() && !fresh;
      if (offersBoth || algorithm == DigestAlgorithm.MD5) {
        challenge.add(HeaderName.WWW_AUTHENTICATE, (stale ? asked.asStale() : asked).header());
      }
      if (offersBoth || algorithm == DigestAlgorithm.SHA_256) {
        DigestChallenge stronger =
            DigestChallenge.of(REALM, "nonce-" + nonce, DigestAlgorithm.SHA_256);
        challenge.add(
            HeaderName.WWW_AUTHENTICATE, (stale ? stronger.asStale() : stronger).header());
      }
      return challenge;
    }
    accepted.add(request);
    return accept(transaction);
  }

  private boolean proves(DigestCredentials credentials) {
    return Digest.verify(
        credentials,
        Digest.ha1(credentials.algorithm(), credentials.username(), REALM, PASSWORD),
        SipMethod.REGISTER);
  }

  private SipResponse.Builder accept(ServerTransaction transaction) {
    for (NameAddr contact : transaction.request().contacts()) {
      long wanted = Long.parseLong(contact.parameter("expires").orElse("0"));
      String uri = contact.uri().text();
      if (wanted == 0) {
        contacts.remove(uri);
        continue;
      }
      long granted = Math.min(wanted, seconds);
      String text =
          "<"
              + uri
              + ">;expires="
              + granted
              + contact
                  .parameter("+sip.instance")
                  .map(i -> ";+sip.instance=\"" + i + "\"")
                  .orElse("");
      if (outbound) {
        contacts.keySet().removeIf(c -> !c.equals(uri));
      }
      contacts.put(uri, text);
      ways.put(uri, transaction.peer());
    }
    SipResponse.Builder response = transaction.response(200);
    contacts.values().forEach(c -> response.add(HeaderName.CONTACT, c));
    return outbound ? response.add(HeaderName.REQUIRE, "outbound") : response;
  }

  /** What it says to the next registration, whatever that proves. */
  void answerNext(int status, HeaderField... fields) {
    next.add(transaction -> transaction.response(status).add(List.of(fields)));
  }

  /** It, or whoever is called by it, wants every call that proves nothing to be proven so. */
  void challengesCalls(int status, DigestChallenge... challenges) {
    HeaderName field = status == 407 ? HeaderName.PROXY_AUTHENTICATE : HeaderName.WWW_AUTHENTICATE;
    List<HeaderField> fields = new ArrayList<>();
    for (DigestChallenge one : challenges) {
      fields.add(new HeaderField(field, one.header()));
    }
    callChallenge = Optional.of(new Rejection(status, fields));
  }

  /** All INVITEs that have come. */
  List<SipRequest> invites() {
    return invites;
  }

  /** The next registration needs no proof. */
  void acceptNext() {
    next.add(this::accept);
  }

  void wants(DigestAlgorithm wanted) {
    algorithm = wanted;
  }

  void offersBoth() {
    offersBoth = true;
  }

  /** Nonces before this moment are stale. */
  void renewNonce() {
    nonce++;
  }

  void silent(boolean now) {
    silent = now;
  }

  void ignoresPings() {
    pongs = false;
  }

  void deafToOptions() {
    deafToOptions = true;
  }

  void knowsOutbound() {
    outbound = true;
  }

  void grantsAtMost(long most) {
    seconds = most;
  }

  /** It has this contact from somewhere else. */
  void has(String uri, String text) {
    contacts.put(uri, text);
  }

  List<SipRequest> registers() {
    return registers;
  }

  List<SipRequest> accepted() {
    return accepted;
  }

  List<String> contacts() {
    return new ArrayList<>(contacts.keySet());
  }

  int pings() {
    return pings;
  }

  int options() {
    return options;
  }

  int connections() {
    return streams.size();
  }

  SipUserAgent userAgent() {
    return userAgent;
  }

  List<SipSession> incoming() {
    return incoming;
  }

  /** The way by which the one contact that it has was registered. */
  SipPeer way() {
    assertThat(contacts).hasSize(1);
    return Objects.requireNonNull(ways.get(contacts.keySet().iterator().next()), "way");
  }

  /** Its connections break without a word to the phone, and it takes others. */
  void killAll() {
    host.killAll();
    streams.clear();
    host.listen(PORT, this::accept);
  }
}
