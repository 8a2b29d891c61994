// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.system;

import io.phoneagent.lab.Account;
import io.phoneagent.runtime.NioLoop;
import io.phoneagent.sip.CallRequest;
import io.phoneagent.sip.ClientTransaction;
import io.phoneagent.sip.DigestAccount;
import io.phoneagent.sip.HeaderName;
import io.phoneagent.sip.NameAddr;
import io.phoneagent.sip.OfferAnswer;
import io.phoneagent.sip.ReferTo;
import io.phoneagent.sip.SdpDirection;
import io.phoneagent.sip.SessionEnd;
import io.phoneagent.sip.SessionListener;
import io.phoneagent.sip.SessionOffer;
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
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * Many plain SIP phones in this process, which register with a switch on this machine and call each
 * other in all the ways there are: answered, held, transferred, busy, declined, given up.
 */
final class PlainFleet implements AutoCloseable {
  private static final Duration TICK = Duration.ofMillis(10);
  private static final int EXPIRES = 3_600;

  private final NioLoop loop = NioLoop.start("plain fleet", e -> defect(e));
  private final Random random = new Random(11);
  private final InetSocketAddress dnsSwitch;
  private final List<Phone> phones = new ArrayList<>();
  private final TreeMap<Integer, Integer> ends = new TreeMap<>();
  private double callsPerSecond;
  private double registersPerSecond;
  private double callsDue;
  private double registersDue;
  private long called;
  private long registered;
  private long refused;
  private long defects;
  private Figures ringing = new Figures("INVITE to 180", false);

  PlainFleet(InetSocketAddress dnsSwitch, List<Account> accounts) {
    this.dnsSwitch = dnsSwitch;
    loop.execute(
        () -> {
          accounts.forEach(a -> phones.add(new Phone(a)));
          phones.forEach(Phone::register);
          tick();
        });
  }

  private void defect(Throwable thrown) {
    System.err.println(thrown);
    defects++;
  }

  /** How much is to be done from now on. */
  void rate(double calls, double registers) {
    loop.execute(
        () -> {
          callsPerSecond = calls;
          registersPerSecond = registers;
        });
  }

  /** What was done since the last time this was asked. */
  Period period() {
    return CompletableFuture.supplyAsync(
            () -> {
              double slow = ringing.all().isEmpty() ? 0 : ringing.percentile(99);
              Period period =
                  new Period(called, registered, refused, defects, slow, new TreeMap<>(ends));
              called = 0;
              registered = 0;
              refused = 0;
              ends.clear();
              ringing = new Figures("INVITE to 180", false);
              return period;
            },
            loop)
        .join();
  }

  /**
   * What phones did in some time.
   *
   * @param called INVITEs sent
   * @param registered REGISTERs that were answered with 200
   * @param refused REGISTERs that were not
   * @param defects exceptions in this process
   * @param ringMillis what 99 of 100 INVITEs took at most to their 180
   * @param ends how many calls were refused with which status, 0 for those that were answered
   */
  record Period(
      long called,
      long registered,
      long refused,
      long defects,
      double ringMillis,
      TreeMap<Integer, Integer> ends) {

    /** Calls that ended as no phone here wanted it. */
    int odd() {
      return ends.entrySet().stream()
          .filter(e -> !List.of(0, 486, 487, 603).contains(e.getKey()))
          .mapToInt(Map.Entry::getValue)
          .sum();
    }
  }

  private void tick() {
    double seconds = TICK.toMillis() / 1e3;
    callsDue += callsPerSecond * seconds;
    registersDue += registersPerSecond * seconds;
    for (; callsDue >= 1; callsDue--) {
      any().call(any());
    }
    for (; registersDue >= 1; registersDue--) {
      any().register();
    }
    loop.schedule(TICK, this::tick);
  }

  private Phone any() {
    return phones.get(random.nextInt(phones.size()));
  }

  private void after(int millis, Runnable action) {
    loop.schedule(Duration.ofMillis(millis), action);
  }

  /**
   * No more calls; those that are up are ended, and those on their way as well. A phone that went
   * away before its CANCEL has arrived would leave another ringing until the switch has enough of
   * it.
   *
   * @return how many calls and transactions the phones themselves still have
   */
  int hangUp() {
    rate(0, 0);
    return CompletableFuture.supplyAsync(
            () -> {
              phones.forEach(p -> p.agent.sessions().forEach(SipSession::hangUp));
              return phones.stream()
                  .mapToInt(p -> p.agent.sessions().size() + p.agent.transactions().size())
                  .sum();
            },
            loop)
        .join();
  }

  @Override
  public void close() {
    loop.close();
  }

  private final class Phone implements UserAgentListener, SessionListener {
    private final Account account;
    private final DigestAccount proof;
    private final DatagramPort socket;
    private final SipPeer there = SipPeer.udp(dnsSwitch);
    private final SipUserAgent agent;
    private final String callId;
    private long sequence;

    Phone(Account account) {
      this.account = account;
      this.proof = new DigestAccount(account.number(), account.secret(), SipTokens.secure());
      this.callId = "register-" + account.number();
      try {
        socket =
            loop.openDatagram(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                (message, from) -> receive(message));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      agent =
          SipUserAgent.builder(loop, (message, to) -> socket.send(message, dnsSwitch), p -> own())
              .build(this);
    }

    private void receive(ByteBuffer message) {
      // What keeps a NAT open is no message.
      if (message.remaining() > 4) {
        agent.receive(message, there);
      }
    }

    private SipUri own() {
      return SipUri.of(
          account.number(), socket.local().getAddress().getHostAddress(), socket.local().getPort());
    }

    private NameAddr self() {
      return NameAddr.of(SipUri.of(account.number(), dnsSwitch.getAddress().getHostAddress()));
    }

    private SipUri at(Phone other) {
      return SipUri.of(other.account.number(), dnsSwitch.getAddress().getHostAddress());
    }

    void register() {
      SipRequest.Builder request =
          SipRequest.builder(
                  SipMethod.REGISTER, SipUri.of("", dnsSwitch.getAddress().getHostAddress()))
              .add(HeaderName.FROM, self().with("tag", "t" + sequence).toString())
              .add(HeaderName.TO, self().toString())
              .add(HeaderName.CALL_ID, callId)
              .add(HeaderName.CSEQ, ++sequence + " REGISTER")
              .add(HeaderName.EXPIRES, Integer.toString(EXPIRES))
              .add(HeaderName.CONTACT, NameAddr.of(own()).toString());
      agent.request(
          request,
          SipMethod.REGISTER,
          there,
          proof,
          () -> ++sequence,
          new SipUserAgent.AnswerListener() {
            @Override
            public void onAnswer(SipResponse response) {
              registered += response.status() == 200 ? 1 : 0;
              refused += response.status() == 200 ? 0 : 1;
            }

            @Override
            public void onFailure(ClientTransaction.Failure failure) {
              refused++;
            }
          });
    }

    private byte[] sdp(SdpDirection direction) {
      return OfferAnswer.telephone("127.0.0.1", 9)
          .offer(1, random.nextInt(1000), direction)
          .bytes();
    }

    void call(Phone other) {
      if (other == this) {
        return;
      }
      called++;
      long began = System.nanoTime();
      SipSession session =
          agent.call(
              CallRequest.to(at(other), self())
                  .sdp(random.nextInt(10) == 0 ? new byte[0] : sdp(SdpDirection.SENDRECV))
                  .credentials(proof),
              there,
              new Calling(began));
      if (random.nextInt(10) == 0) {
        after(500 + random.nextInt(1500), session::hangUp);
      }
    }

    @Override
    public void onIncoming(SipSession session) {
      session.listener(this);
      session.credentials(proof);
      int choice = random.nextInt(10);
      if (choice == 0) {
        session.reject(486);
      } else if (choice == 1) {
        session.ring();
        after(200, () -> session.reject(603));
      } else {
        session.ring();
        after(100 + random.nextInt(900), () -> session.answer(sdp(SdpDirection.SENDRECV)));
        after(8_000, session::hangUp); // of two that a transfer has joined nobody else would
      }
    }

    @Override
    public void onOffer(SipSession session, SessionOffer offer) {
      offer.accept(sdp(offer.sdp().map(this::answering).orElse(SdpDirection.SENDRECV)));
    }

    private SdpDirection answering(byte[] offer) {
      boolean held = new String(offer, StandardCharsets.UTF_8).contains("a=sendonly");
      return held ? SdpDirection.RECVONLY : SdpDirection.SENDRECV;
    }

    private final class Calling implements SessionListener {
      private final long began;
      private boolean rang;
      private boolean answered;

      Calling(long began) {
        this.began = began;
      }

      @Override
      public void onProgress(SipSession session, SipResponse response) {
        if (!rang) {
          rang = true;
          ringing.add((System.nanoTime() - began) / 1e6);
        }
      }

      @Override
      public void onEstablished(SipSession session) {
        answered = true;
        if (session.localSdp().isEmpty()) {
          session.acknowledge(sdp(SdpDirection.SENDRECV));
        }
        int what = random.nextInt(10);
        if (what < 2) {
          after(300, () -> session.offer(sdp(SdpDirection.SENDONLY)));
          after(900, () -> session.offer(sdp(SdpDirection.SENDRECV)));
        } else if (what == 2) {
          after(300, () -> session.refer(new ReferTo(at(any()), Optional.empty())));
        }
        after(1_000 + random.nextInt(4_000), session::hangUp);
      }

      @Override
      public void onOffer(SipSession session, SessionOffer offer) {
        Phone.this.onOffer(session, offer);
      }

      @Override
      public void onEnded(SipSession session, SessionEnd end) {
        ends.merge(answered ? 0 : end.status(), 1, Integer::sum);
      }
    }
  }
}
