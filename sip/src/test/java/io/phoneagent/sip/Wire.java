// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import io.phoneagent.testkit.VirtualTime;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A transport that keeps what is sent, with the moment and the destination. */
final class Wire implements SipTransport {
  static final SipPeer ALICE = peer("192.0.2.1", 5060);
  static final SipPeer BOB = peer("192.0.2.2", 5060);
  static final SipPeer CAROL = peer("192.0.2.3", 5060);
  static final SipPeer STREAM = SipPeer.of(new InetSocketAddress("192.0.2.4", 5060), "TCP");

  record Sent(long millis, SipMessage message, SipPeer to) {}

  private final VirtualTime time;
  private final SipReader reader = new SipReader(SipLimits.defaults());
  final List<Sent> sent = new ArrayList<>();
  boolean broken;
  Optional<SipPeer> connection = Optional.empty();
  final List<SipPeer> overtaken = new ArrayList<>();

  Wire(VirtualTime time) {
    this.time = time;
  }

  static SipPeer peer(String host, int port) {
    return SipPeer.udp(new InetSocketAddress(host, port));
  }

  @Override
  public void send(ByteBuffer message, SipPeer to) throws IOException {
    if (broken) {
      throw new IOException("unreachable");
    }
    SipInput read = reader.read(message);
    if (!(read instanceof SipMessage good)) {
      throw new AssertionError("sent a malformed message: " + read);
    }
    sent.add(new Sent(time.nanos() / 1_000_000, good, to));
  }

  @Override
  public Optional<SipPeer> overConnection(SipPeer to) {
    return connection;
  }

  @Override
  public void overtaken(SipPeer lost) {
    overtaken.add(lost);
  }

  /** What was sent since the last call. */
  List<Sent> take() {
    List<Sent> all = new ArrayList<>(sent);
    sent.clear();
    return all;
  }

  /** The one message sent since the last call. */
  SipMessage one() {
    List<Sent> all = take();
    if (all.size() != 1) {
      throw new AssertionError("expected one message, not " + all);
    }
    return all.get(0).message();
  }

  SipRequest oneRequest() {
    return (SipRequest) one();
  }

  SipResponse oneResponse() {
    return (SipResponse) one();
  }

  List<Long> times() {
    return sent.stream().map(Sent::millis).toList();
  }

  /** Start lines of what was sent since the last call: methods and statuses. */
  List<String> takeNames() {
    return take().stream().map(one -> name(one.message())).toList();
  }

  private static String name(SipMessage message) {
    if (message instanceof SipRequest request) {
      return request.method().name();
    }
    return Integer.toString(((SipResponse) message).status());
  }

  static byte[] bytes(String... lines) {
    return String.join("\r\n", lines).getBytes(StandardCharsets.UTF_8);
  }

  static SipRequest request(String... lines) {
    return (SipRequest) new SipReader(SipLimits.defaults()).read(bytes(lines));
  }

  static SipResponse response(String... lines) {
    return (SipResponse) new SipReader(SipLimits.defaults()).read(bytes(lines));
  }

  /** A request with all that is needed. */
  static SipRequest.Builder plain(SipMethod method, String branch) {
    return SipRequest.builder(method, Uri.of("sip:bob@192.0.2.2"))
        .add(HeaderName.VIA, "SIP/2.0/UDP 192.0.2.1:5060;branch=" + branch + ";rport")
        .add(HeaderName.MAX_FORWARDS, "70")
        .add(HeaderName.FROM, "\"Alice\" <sip:alice@192.0.2.1>;tag=a1")
        .add(HeaderName.TO, "<sip:bob@192.0.2.2>")
        .add(HeaderName.CALL_ID, "call-1@192.0.2.1")
        .add(HeaderName.CSEQ, "1 " + method)
        .add(HeaderName.CONTACT, "<sip:alice@192.0.2.1:5060>");
  }

  static SipResponse answer(SipRequest request, int status, String tag) {
    return request
        .respond(status)
        .toTag(tag)
        .add(HeaderName.CONTACT, "<sip:bob@192.0.2.2:5060>")
        .build();
  }
}
