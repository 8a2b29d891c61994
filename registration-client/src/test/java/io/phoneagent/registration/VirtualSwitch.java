// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import io.phoneagent.Endpoint;
import io.phoneagent.Transport;
import io.phoneagent.flow.FlowServer;
import io.phoneagent.flow.ServerFlow;
import io.phoneagent.flow.StunMessage;
import io.phoneagent.protocol.AssignedEndpoint;
import io.phoneagent.protocol.FlowKey;
import io.phoneagent.protocol.MessageReader;
import io.phoneagent.protocol.MessageWriter;
import io.phoneagent.protocol.RegistrationAnswer;
import io.phoneagent.protocol.RegistrationRequest;
import io.phoneagent.sip.SipPeer;
import io.phoneagent.sip.SipSession;
import io.phoneagent.sip.SipTokens;
import io.phoneagent.sip.SipUri;
import io.phoneagent.sip.SipUserAgent;
import io.phoneagent.spi.DatagramPort;
import io.phoneagent.spi.HttpAnswer;
import io.phoneagent.spi.HttpExchange;
import io.phoneagent.spi.HttpQuestion;
import io.phoneagent.testkit.VirtualHost;
import io.phoneagent.testkit.VirtualNat;
import io.phoneagent.testkit.VirtualTime;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
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
  private final VirtualNat nat;
  private final DatagramPort socket;
  private final FlowServer flows;
  private final SipUserAgent userAgent;
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
  private int keys;

  VirtualSwitch(VirtualTime time, VirtualHost host, VirtualNat nat) throws IOException {
    this.time = time;
    this.nat = nat;
    this.socket =
        host.loop().openDatagram(new InetSocketAddress(host.address(), 5060), this::received);
    this.flows =
        new FlowServer(
            time,
            socket::send,
            new FlowServer.Listener() {
              @Override
              public void bound(ServerFlow flow, String keyId, Optional<InetSocketAddress> before) {
                String now = Endpoint.of(flow.path().orElseThrow()).toString();
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
                    flows
                        .of(OWNER)
                        .flatMap(ServerFlow::path)
                        .ifPresent(p -> socket.send(message, p)),
                peer -> SipUri.of("switch", "198.51.100.1", 5060))
            .tokens(SipTokens.from(new Random(6)))
            .build(incoming::add);
  }

  private void received(ByteBuffer datagram, InetSocketAddress from) {
    if (StunMessage.begins(datagram)) {
      flows.received(datagram, from);
    } else if (flows.at(from).isPresent()) {
      userAgent.receive(datagram, SipPeer.udp(from));
    }
  }

  SipUserAgent userAgent() {
    return userAgent;
  }

  List<SipSession> incoming() {
    return incoming;
  }

  Optional<InetSocketAddress> path() {
    return flows.of(OWNER).flatMap(ServerFlow::path);
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
    if (question.method().equals("DELETE")) {
      deletes++;
      flows.remove(OWNER);
      return new HttpAnswer(204, Map.of(), "");
    }
    RegistrationRequest request =
        MessageReader.registrationRequest(question.body().getBytes(StandardCharsets.UTF_8));
    registrations.add(request);
    putsAtNanos.add(time.nanos());
    if (statusOfPuts != 200) {
      return new HttpAnswer(statusOfPuts, headersOfPuts, "");
    }
    byte[] secret = new byte[32];
    secret[0] = (byte) ++keys;
    String keyId = "key-000" + keys;
    flows.addKey(
        OWNER, new io.phoneagent.flow.FlowKey(keyId, Base64.getEncoder().encodeToString(secret)));
    RegistrationAnswer answer =
        new RegistrationAnswer(
            AssignedEndpoint.of(Endpoint.of(socket.local()), Transport.UDP),
            Duration.ofHours(1),
            Duration.ofSeconds(15),
            FlowKey.of(keyId, secret, "nonce-" + keys),
            nat.publicAddress(),
            Optional.empty());
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
