// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.stack;

import io.phoneagent.runtime.NioLoop;
import io.phoneagent.sip.CallRequest;
import io.phoneagent.sip.ClientTransaction;
import io.phoneagent.sip.DigestAccount;
import io.phoneagent.sip.HeaderName;
import io.phoneagent.sip.NameAddr;
import io.phoneagent.sip.OfferAnswer;
import io.phoneagent.sip.RequestCredentials;
import io.phoneagent.sip.SdpDirection;
import io.phoneagent.sip.SessionDescription;
import io.phoneagent.sip.SessionEnd;
import io.phoneagent.sip.SessionListener;
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
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A user agent of nothing but the module {@code sip} and a UDP socket: it registers, calls whom it
 * is told to call, and takes calls. It sends no audio. Arguments: its own address, the server's,
 * the server's port, user, password, and whom to call, if anybody.
 */
public final class SipAlone implements UserAgentListener, SessionListener {
  private final NioLoop loop = NioLoop.start("sip", e -> System.err.println("a defect: " + e));
  private final String host;
  private final SipPeer server;
  private final SipUri self;
  private final SipUri contact;
  private final RequestCredentials account;
  private final SipUserAgent agent;

  private SipAlone(String host, InetSocketAddress server, String user, String password)
      throws IOException {
    this.host = host;
    this.server = SipPeer.udp(server);
    self = SipUri.of(user, server.getHostString());
    account = new DigestAccount(user, password, SipTokens.secure());
    DatagramPort socket =
        loop.openDatagram(
            new InetSocketAddress(host, 0), (data, from) -> received(data, SipPeer.udp(from)));
    contact = SipUri.of(user, host, socket.local().getPort());
    agent =
        SipUserAgent.builder(loop, (message, to) -> socket.send(message, server), to -> contact)
            .build(this);
  }

  public static void main(String[] args) throws IOException, InterruptedException {
    InetSocketAddress server = new InetSocketAddress(args[1], Integer.parseInt(args[2]));
    SipAlone phone = new SipAlone(args[0], server, args[3], args[4]);
    Optional<String> called = args.length > 5 ? Optional.of(args[5]) : Optional.empty();
    phone.loop.execute(() -> phone.register(called));
    Thread.currentThread().join(); // the loop alone keeps no program alive
  }

  private void received(ByteBuffer datagram, SipPeer from) {
    agent.receive(datagram, from);
  }

  private void register(Optional<String> called) {
    agent.request(
        SipRequest.builder(SipMethod.REGISTER, SipUri.of("", self.host()))
            .add(HeaderName.FROM, NameAddr.of(self).with("tag", "1").toString())
            .add(HeaderName.TO, NameAddr.of(self).toString())
            .add(HeaderName.CONTACT, NameAddr.of(contact).toString())
            .add(HeaderName.EXPIRES, "300"),
        SipMethod.REGISTER,
        server,
        account,
        new SipUserAgent.AnswerListener() {
          @Override
          public void onAnswer(SipResponse response) {
            System.out.println("registered: " + response.status());
            called.ifPresent(SipAlone.this::call);
          }

          @Override
          public void onFailure(ClientTransaction.Failure failure) {
            System.out.println("registered: " + failure);
          }
        });
  }

  private OfferAnswer media() {
    return OfferAnswer.telephone(host, 4000);
  }

  private void call(String number) {
    SipUri target = SipUri.of(number, self.host());
    agent.call(
        CallRequest.to(target, NameAddr.of(self))
            .sdp(media().offer(1, 1, SdpDirection.SENDRECV).bytes())
            .credentials(account),
        server,
        this);
  }

  @Override
  public void onIncoming(SipSession session) {
    session.listener(this);
    Optional<byte[]> answer =
        session
            .remoteSdp()
            .flatMap(SessionDescription::parse)
            .flatMap(offer -> media().answer(offer, 1, 1, SdpDirection.SENDRECV))
            .map(SessionDescription::bytes);
    if (answer.isPresent()) {
      session.ring();
      session.answer(answer.get());
    } else {
      session.reject(488);
    }
  }

  @Override
  public void onProgress(SipSession session, SipResponse response) {
    System.out.println("progress: " + response.status());
  }

  @Override
  public void onEstablished(SipSession session) {
    System.out.println("established: " + session.remoteSdp().isPresent());
    if (!session.isIncoming()) {
      session.hangUp();
    }
  }

  @Override
  public void onEnded(SipSession session, SessionEnd end) {
    System.out.println("ended: " + end.status());
  }
}
