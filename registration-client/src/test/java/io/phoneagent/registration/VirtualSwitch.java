// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.Endpoint;
import io.phoneagent.Transport;
import io.phoneagent.flow.FlowFramer;
import io.phoneagent.flow.FlowServer;
import io.phoneagent.flow.FlowSource;
import io.phoneagent.flow.FramedMessage;
import io.phoneagent.flow.ServerFlow;
import io.phoneagent.flow.StunMessage;
import io.phoneagent.protocol.AddressAnswer;
import io.phoneagent.protocol.AssignedEndpoint;
import io.phoneagent.protocol.FlowKey;
import io.phoneagent.protocol.MessageReader;
import io.phoneagent.protocol.MessageWriter;
import io.phoneagent.protocol.RegistrationAnswer;
import io.phoneagent.protocol.RegistrationRequest;
import io.phoneagent.sip.SipFramer;
import io.phoneagent.sip.SipLimits;
import io.phoneagent.sip.SipPeer;
import io.phoneagent.sip.SipSession;
import io.phoneagent.sip.SipTokens;
import io.phoneagent.sip.SipUri;
import io.phoneagent.sip.SipUserAgent;
import io.phoneagent.spi.DatagramPort;
import io.phoneagent.spi.HttpAnswer;
import io.phoneagent.spi.HttpExchange;
import io.phoneagent.spi.HttpQuestion;
import io.phoneagent.spi.StreamPort;
import io.phoneagent.spi.StreamReceiver;
import io.phoneagent.testkit.VirtualHost;
import io.phoneagent.testkit.VirtualNat;
import io.phoneagent.testkit.VirtualTime;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A switch in the virtual internet, scriptable and with counters: registrations by way of the
 * agent's HTTP port, flows and SIP by datagrams; and the status page of the phone's firewall.
 */
final class VirtualSwitch implements HttpExchange {
  static final String OWNER = "+15551230001";

  private final VirtualTime time;
  private final VirtualHost host;
  private final VirtualNat nat;
  private final DatagramPort socket;
  private final FlowServer flows;
  private final SipUserAgent userAgent;
  private final Map<FlowSource, StreamPort> streams = new HashMap<>();
  private final List<String> log = new ArrayList<>();
  private final List<SipSession> incoming = new ArrayList<>();
  private final List<RegistrationRequest> registrations = new ArrayList<>();
  // A fresh TLS connection takes four round trips of 20 ms, and the switch writes to its disk.
  private static final Duration HTTP_DELAY = Duration.ofMillis(90);

  private int statusOfPuts = 200;
  private Map<String, String> headersOfPuts = Map.of();
  private final List<Long> putsAtNanos = new ArrayList<>();
  private boolean httpSilent;
  private boolean pageSilent;
  private int pageGets;
  private int deletes;
  private final List<String> asked = new ArrayList<>();
  private final List<String> framed = new ArrayList<>();
  private int keys;
  private final List<ByteBuffer> keptBack = new ArrayList<>();
  private Optional<List<ByteBuffer>> saidOfMoving = Optional.empty();
  private Optional<InetAddress> toGive = Optional.empty();
  private int statusOfPosts = 200;

  VirtualSwitch(VirtualTime time, VirtualHost host, VirtualNat nat) throws IOException {
    this.time = time;
    this.nat = nat;
    this.socket =
        host.loop()
            .openDatagram(
                new InetSocketAddress(host.address(), 5060),
                (datagram, from) -> received(datagram, FlowSource.udp(from)));
    this.host = host;
    host.listen(5060, this::accept);
    this.flows =
        new FlowServer(
            time,
            new FlowServer.Output() {
              @Override
              public void send(ByteBuffer message, FlowSource to) {
                if (saidOfMoving.isPresent()) {
                  saidOfMoving.get().add(message);
                  return;
                }
                if (keptBack.contains(message)) {
                  return; // a repetition
                }
                VirtualSwitch.this.send(message, to);
              }

              @Override
              public void close(FlowSource connection) {
                log.add("closed " + connection);
                Optional.ofNullable(streams.remove(connection)).ifPresent(StreamPort::close);
              }
            },
            new FlowServer.Listener() {
              @Override
              public void bound(ServerFlow flow, String keyId, Optional<FlowSource> before) {
                String now = Endpoint.of(flow.path().orElseThrow().address()).toString();
                log.add((before.equals(flow.path()) ? "kept " : "moved ") + now);
              }

              @Override
              public void answered(ServerFlow flow) {
                log.add("answered");
              }
            },
            new Random(5));
    this.userAgent =
        SipUserAgent.builder(
                time,
                (message, to) ->
                    flows.of(OWNER).flatMap(ServerFlow::path).ifPresent(p -> send(message, p)),
                peer -> SipUri.of("switch", "198.51.100.1", 5060))
            .tokens(SipTokens.from(new Random(6)))
            .build(incoming::add);
  }

  /** A command of MGCP is taken, and said to be. */
  private void framed(ByteBuffer message) {
    String text = StandardCharsets.ISO_8859_1.decode(message).toString();
    framed.add(text);
    if (!Character.isDigit(text.charAt(0))) {
      sendFramed("200 " + text.split(" ", -1)[1] + " OK\r\n");
    }
  }

  /** Sends a framed message to the phone's path. */
  void sendFramed(String text) {
    ByteBuffer message = FramedMessage.of(StandardCharsets.ISO_8859_1.encode(text));
    flows.of(OWNER).flatMap(ServerFlow::path).ifPresent(p -> send(message, p));
  }

  /** What came framed, as text. */
  List<String> framed() {
    return framed;
  }

  private void send(ByteBuffer message, FlowSource to) {
    if (to.transport() == Transport.UDP) {
      socket.send(message, to.address());
    } else {
      Optional.ofNullable(streams.get(to)).ifPresent(s -> s.send(message));
    }
  }

  private void received(ByteBuffer message, FlowSource from) {
    if (StunMessage.begins(message)) {
      flows.received(message, from);
    } else if (FramedMessage.begins(message)) {
      if (flows.at(from).isPresent()) {
        framed(FramedMessage.read(message).orElseThrow());
      }
    } else if (flows.at(from).isPresent()) {
      userAgent.receive(message, SipPeer.of(from.address(), from.transport().name()));
    }
  }

  /** Takes a connection, in the way of the switch. */
  private StreamReceiver accept(StreamPort stream, InetSocketAddress from) {
    FlowSource source = new FlowSource(Transport.TCP, from);
    streams.put(source, stream);
    SipFramer sip = new SipFramer(SipLimits.defaults(), FlowFramer::begins);
    FlowFramer framer =
        new FlowFramer(
            message -> received(message, source),
            octets -> sip.receive(octets, message -> received(message, source)));
    return new StreamReceiver() {
      @Override
      public void connected() {
        // The phone speaks first.
      }

      @Override
      public void received(ByteBuffer data) {
        assertThat(framer.receive(data)).isTrue();
      }

      @Override
      public void closed(String cause) {
        streams.remove(source);
        flows.closed(source);
      }
    };
  }

  /** Takes connections again after its host has killed it, with what was durable. */
  void restart() {
    streams.keySet().forEach(flows::closed);
    streams.clear();
    host.listen(5060, this::accept);
  }

  /** Asks the phone to prove that it hears; the log says "answered". */
  void challenge() {
    flows.of(OWNER).ifPresent(flows::challenge);
  }

  SipUserAgent userAgent() {
    return userAgent;
  }

  List<SipSession> incoming() {
    return incoming;
  }

  Optional<InetSocketAddress> path() {
    return flows.of(OWNER).flatMap(ServerFlow::path).map(FlowSource::address);
  }

  /** How many TCP connections are open. */
  int connections() {
    return streams.size();
  }

  /** What it would say on its flow that it has moved; it goes where the test sends it. */
  List<ByteBuffer> wordsOfMoving(Endpoint to, long stamp) {
    List<ByteBuffer> said = new ArrayList<>();
    saidOfMoving = Optional.of(said);
    flows.relocated(OWNER, to.socketAddress(), stamp);
    saidOfMoving = Optional.empty();
    keptBack.addAll(said);
    return said;
  }

  /** Sends something to the phone's path from the switch's own port. */
  void sendToPhone(ByteBuffer message) {
    socket.send(message, path().orElseThrow());
  }

  List<String> log() {
    return log;
  }

  List<RegistrationRequest> registrations() {
    return registrations;
  }

  int pageGets() {
    return pageGets;
  }

  int deletes() {
    return deletes;
  }

  /** Each question it was asked, and answered: method and path. */
  List<String> asked() {
    return asked;
  }

  void answerPutsWith(int status) {
    statusOfPuts = status;
  }

  void isOverloadedFor(Duration atLeast) {
    statusOfPuts = 503;
    headersOfPuts = Map.of("retry-after", Long.toString(atLeast.toSeconds()));
  }

  /** When each registration came, in nanoseconds of virtual time. */
  List<Long> putsAtNanos() {
    return putsAtNanos;
  }

  /** From now on this is the phone's unique address, and no other one. */
  void givesUniqueAddress(InetAddress address) {
    toGive = Optional.of(address);
  }

  void answerPostsWith(int status) {
    statusOfPosts = status;
  }

  void httpSilent(boolean silent) {
    httpSilent = silent;
  }

  void pageSilent(boolean silent) {
    pageSilent = silent;
  }

  @Override
  public CompletionStage<HttpAnswer> exchange(HttpQuestion question) {
    boolean page = question.uri().getPath().equals("/ip");
    pageGets += page ? 1 : 0;
    CompletableFuture<HttpAnswer> result = new CompletableFuture<>();
    if (page ? pageSilent : httpSilent) {
      time.schedule(
          question.timeout(), () -> result.completeExceptionally(new IOException("timeout")));
    } else {
      Duration delay = page ? Duration.ofMillis(2) : HTTP_DELAY;
      time.schedule(delay, () -> result.complete(page ? page() : answer(question)));
    }
    return result;
  }

  private HttpAnswer page() {
    return new HttpAnswer(200, Map.of(), nat.publicAddress().getHostAddress() + "\n");
  }

  private HttpAnswer answer(HttpQuestion question) {
    asked.add(question.method() + " " + question.uri().getPath());
    if (question.uri().getPath().equals("/v1/whoami")) {
      return page();
    }
    if (question.method().equals("GET")) {
      return new HttpAnswer(404, Map.of(), "");
    }
    if (question.method().equals("DELETE")) {
      deletes++;
      flows.remove(OWNER);
      return new HttpAnswer(204, Map.of(), "");
    }
    if (question.method().equals("POST")) {
      return unique();
    }
    RegistrationRequest request =
        MessageReader.registrationRequest(question.body().getBytes(StandardCharsets.UTF_8));
    registrations.add(request);
    putsAtNanos.add(time.nanos());
    if (statusOfPuts != 200) {
      return new HttpAnswer(statusOfPuts, headersOfPuts, "");
    }
    if (request.uniqueAddress().isPresent() && !request.uniqueAddress().equals(toGive)) {
      return new HttpAnswer(409, Map.of(), "");
    }
    byte[] secret = new byte[32];
    secret[0] = (byte) ++keys;
    String keyId = String.format("key-%08d", keys); // as long as the names that the switch gives
    flows.addKey(
        OWNER, new io.phoneagent.flow.FlowKey(keyId, Base64.getEncoder().encodeToString(secret)));
    RegistrationAnswer answer =
        new RegistrationAnswer(
            AssignedEndpoint.of(Endpoint.of(socket.local()), request.transport()),
            Duration.ofHours(1),
            Duration.ofSeconds(15),
            FlowKey.of(keyId, secret, "nonce-" + keys),
            nat.publicAddress(),
            request.uniqueAddress());
    return new HttpAnswer(
        200, Map.of(), new String(MessageWriter.write(answer), StandardCharsets.UTF_8));
  }

  private HttpAnswer unique() {
    if (statusOfPosts != 200 || !toGive.isPresent()) {
      return new HttpAnswer(toGive.isPresent() ? statusOfPosts : 404, Map.of(), "");
    }
    AddressAnswer answer = new AddressAnswer(toGive.get(), Duration.ofDays(7));
    return new HttpAnswer(
        200, Map.of(), new String(MessageWriter.write(answer), StandardCharsets.UTF_8));
  }

  @Override
  public void dropConnections() {
    log.add("connections dropped");
  }

  @Override
  public void close() {
    // Nothing is open.
  }
}
