// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.phoneagent.sip.HeaderName;
import io.phoneagent.sip.NameAddr;
import io.phoneagent.sip.SipLimits;
import io.phoneagent.sip.SipMethod;
import io.phoneagent.sip.SipReader;
import io.phoneagent.sip.SipRequest;
import io.phoneagent.sip.SipResponse;
import io.phoneagent.sip.Uri;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A trunk that calls registered phones over UDP. Each phone rings and answers at once, and the
 * trunk hangs up as soon as it has the answer.
 */
final class CallLoad implements Closeable {
  private static final byte[] SDP =
      """
      v=0
      o=- 1 1 IN IP4 127.0.0.1
      s=-
      c=IN IP4 127.0.0.1
      t=0 0
      m=audio 49170 RTP/AVP 0 8 101
      a=rtpmap:0 PCMU/8000
      a=rtpmap:8 PCMA/8000
      a=rtpmap:101 telephone-event/8000
      a=fmtp:101 0-15
      a=sendrecv
      """
          .replace("\n", "\r\n")
          .getBytes(US_ASCII);
  private static final long LOST_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final SipReader reader = new SipReader(SipLimits.defaults());
  private final RegisterLoad phones;
  private final DatagramChannel trunk;
  private final String own;
  private final String server;
  private final int numbers;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(65_536);
  private final Map<String, Call> calls = new HashMap<>();
  private final List<Long> passing = new ArrayList<>();
  private int begun;
  private long progressAt;

  private static final class Call {
    private final String id;
    private final long invitedAt = System.nanoTime();
    private boolean arrived;
    private boolean answered;

    Call(String id) {
      this.id = id;
    }
  }

  /**
   * Calls phones that are registered already.
   *
   * @param trunk bound, and connected to the server
   */
  CallLoad(RegisterLoad phones, int numbers, DatagramChannel trunk) throws IOException {
    this.phones = phones;
    this.numbers = numbers;
    this.trunk = trunk;
    this.own = address(trunk);
    this.server = "127.0.0.1:" + ((InetSocketAddress) trunk.getRemoteAddress()).getPort();
    trunk.configureBlocking(false);
    phones.watch(trunk, this::read);
    phones.answer(this::answersTo);
  }

  /** Where a trunk is, as a URI names it. */
  static String address(DatagramChannel trunk) throws IOException {
    InetSocketAddress local = (InetSocketAddress) trunk.getLocalAddress();
    return local.getHostString() + ':' + local.getPort();
  }

  /**
   * Has so many calls, one number after the other.
   *
   * @param perSecond how many begin in a second at most
   */
  void run(int count, int atOnce, int perSecond) throws IOException {
    int first = begun;
    int end = begun + count;
    passing.clear();
    long beganAt = System.nanoTime();
    progressAt = beganAt;
    while (begun < end || !calls.isEmpty()) {
      long due = (System.nanoTime() - beganAt) * perSecond / 1_000_000_000L;
      while (begun < end && calls.size() < atOnce && begun - first <= due) {
        begin();
      }
      phones.await(1);
      if (System.nanoTime() - progressAt > LOST_NANOS) {
        throw new IOException(calls.size() + " calls wait for what does not come");
      }
    }
  }

  /** From the INVITE of the trunk to that at the phone, in microseconds, of the last run. */
  double medianPassingMicros() {
    Collections.sort(passing);
    return passing.get(passing.size() / 2) / 1000.0;
  }

  private void begin() throws IOException {
    String id = "c" + begun + "z41f0e2@127.0.0.1";
    String number = RegisterLoad.number(begun % numbers);
    begun++;
    calls.put(id, new Call(id));
    send(
        request(SipMethod.INVITE, "sip:" + number + '@' + server, id, 1)
            .add(HeaderName.TO, "<sip:" + number + '@' + server + '>')
            .add(HeaderName.CONTACT, "<sip:+15559990000@" + own + '>')
            .body("application/sdp", SDP)
            .build());
  }

  private SipRequest.Builder request(SipMethod method, String uri, String id, int sequence) {
    return SipRequest.builder(method, Uri.of(uri))
        .add(
            HeaderName.VIA,
            "SIP/2.0/UDP " + own + ";branch=z9hG4bK" + id.substring(0, id.indexOf('@')) + method)
        .add(HeaderName.MAX_FORWARDS, "70")
        .add(HeaderName.FROM, "<sip:+15559990000@" + own + ">;tag=8a1c")
        .add(HeaderName.CALL_ID, id)
        .add(HeaderName.CSEQ, sequence + " " + method);
  }

  private void send(SipRequest request) throws IOException {
    trunk.write(request.bytes());
  }

  private void read() throws IOException {
    while (true) {
      buffer.clear();
      if (trunk.read(buffer) <= 0) {
        return;
      }
      if (reader.read(buffer.flip()) instanceof SipResponse response) {
        heard(response);
      }
    }
  }

  private void heard(SipResponse response) throws IOException {
    Call call = calls.get(response.callId());
    if (call == null || response.isProvisional()) {
      return;
    }
    if (!response.isSuccess()) {
      throw new IOException("a call was answered with " + response);
    }
    if (response.cseq().method().equals(SipMethod.INVITE)) {
      send(inDialog(SipMethod.ACK, response, 1));
      if (!call.answered) {
        call.answered = true;
        send(inDialog(SipMethod.BYE, response, 2));
      }
    } else {
      calls.remove(call.id);
      progressAt = System.nanoTime();
    }
  }

  private SipRequest inDialog(SipMethod method, SipResponse answer, int sequence) {
    SipRequest.Builder request =
        request(method, answer.contact().orElseThrow().uri().text(), answer.callId(), sequence)
            .add(HeaderName.TO, answer.to().toString());
    List<NameAddr> route = new ArrayList<>(answer.recordRoutes());
    Collections.reverse(route);
    route.forEach(hop -> request.add(HeaderName.ROUTE, hop.toString()));
    return request.build();
  }

  private List<ByteBuffer> answersTo(ByteBuffer datagram) {
    if (!(reader.read(datagram) instanceof SipRequest request)) {
      return List.of();
    }
    if (request.method().equals(SipMethod.INVITE)) {
      return answersTo(request);
    }
    return request.method().equals(SipMethod.ACK)
        ? List.of()
        : List.of(request.respond(200).build().bytes());
  }

  private List<ByteBuffer> answersTo(SipRequest invite) {
    String called = "<" + invite.uriText() + '>';
    // What came in as one Call-ID may go out with another: calls are told apart by their order.
    calls.values().stream()
        .filter(call -> !call.arrived && isFor(call, invite))
        .findFirst()
        .ifPresent(
            call -> {
              call.arrived = true;
              passing.add(System.nanoTime() - call.invitedAt);
            });
    SipResponse.Builder ringing = invite.respond(180).toTag("6b2d").add(HeaderName.CONTACT, called);
    SipResponse.Builder answer =
        invite
            .respond(200)
            .toTag("6b2d")
            .add(HeaderName.CONTACT, called)
            .body("application/sdp", SDP);
    return Arrays.asList(ringing.build().bytes(), answer.build().bytes());
  }

  private boolean isFor(Call call, SipRequest invite) {
    int begunAs = Integer.parseInt(call.id.substring(1, call.id.indexOf('z')));
    return invite.uriText().contains(RegisterLoad.number(begunAs % numbers) + '@');
  }

  @Override
  public void close() throws IOException {
    trunk.close();
  }
}
