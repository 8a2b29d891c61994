// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import io.phoneagent.runtime.Timer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The transfers that either end of one session asks for (RFC 3515): REFER, and NOTIFY about what
 * becomes of it. One at a time each way.
 */
final class SessionReferrals {
  static final String EVENT = "refer";
  static final String FRAGMENT = "message/sipfrag";
  static final Exchange.Listener UNHEARD =
      new Exchange.Listener() {
        @Override
        public void onResponse(SipRequest request, SipResponse response) {}

        @Override
        public void onFailure(ClientTransaction.Failure failure) {}
      };
  // As long as a phone rings (RFC 3261 section 16.6, timer C), and a bit.
  private static final Duration PATIENCE = Duration.ofSeconds(200);
  private static final Timer NONE = () -> {};

  private final SipUserAgent agent;
  private final SipSession session;
  private Optional<IncomingRefer> incoming = Optional.empty();
  private boolean asking;
  private Timer end = NONE;

  SessionReferrals(SipUserAgent agent, SipSession session) {
    this.agent = agent;
    this.session = session;
  }

  /** Asks the other end to call somebody; false if that was asked before and is not over. */
  boolean refer(Dialog dialog, ReferTo referTo) {
    if (asking) {
      return false;
    }
    asking = true;
    end = agent.timers().schedule(PATIENCE, () -> told(408, true));
    session
        .requests()
        .send(
            session
                .requests()
                .begin(dialog, SipMethod.REFER)
                .add(HeaderName.REFER_TO, referTo.toString())
                .add(HeaderName.REFERRED_BY, NameAddr.of(dialog.local().uri()).toString()),
            dialog,
            new Answer());
    return true;
  }

  /** The answer to the REFER itself. */
  private final class Answer implements Exchange.Listener {
    @Override
    public void onResponse(SipRequest request, SipResponse response) {
      if (response.status() >= 300) {
        told(response.status(), true);
      }
    }

    @Override
    public void onFailure(ClientTransaction.Failure failure) {
      told(failure.status(), true);
    }
  }

  private void told(int status, boolean last) {
    if (!asking) {
      return;
    }
    if (last) {
      asking = false;
      end.cancel();
    }
    session.listener().onTransfer(session, status);
  }

  /** A REFER in the dialog. */
  void receiveRefer(ServerTransaction transaction, SipRequest request) {
    List<String> asked = request.headers(HeaderName.REFER_TO);
    Optional<ReferTo> referTo = asked.size() == 1 ? ReferTo.parse(asked.get(0)) : Optional.empty();
    if (!referTo.isPresent()) {
      transaction.respond(400);
    } else if (session.state() != SessionState.ESTABLISHED
        || incoming.filter(refer -> !refer.isOver()).isPresent()) {
      transaction.respond(491);
    } else {
      IncomingRefer refer = new IncomingRefer(session, transaction, referTo.get());
      incoming = Optional.of(refer);
      session.listener().onRefer(session, refer);
    }
  }

  /** A NOTIFY in the dialog. */
  void receiveNotify(ServerTransaction transaction, SipRequest request) {
    if (!isReferEvent(request)) {
      SipUserAgent.refuse(transaction, Rejection.of(489));
    } else if (!asking) {
      transaction.respond(481);
    } else {
      transaction.respond(200);
      int status = status(request);
      boolean terminated =
          request
              .header(HeaderName.of("Subscription-State"))
              .filter(state -> state.trim().toLowerCase(Locale.ROOT).startsWith("terminated"))
              .isPresent();
      if (status >= 100) {
        told(status, status >= 200 || terminated);
      } else if (terminated) {
        told(500, true);
      }
    }
  }

  static boolean isReferEvent(SipRequest request) {
    String event = request.header(HeaderName.EVENT).orElse("");
    int semicolon = event.indexOf(';');
    return (semicolon < 0 ? event : event.substring(0, semicolon)).trim().equals(EVENT);
  }

  /** The status in a fragment of a response; 0 if it is none. */
  private static int status(SipRequest notify) {
    String text = new String(notify.body(), StandardCharsets.UTF_8);
    boolean readable = notify.contentType().equals(FRAGMENT) && text.startsWith("SIP/2.0 ");
    if (!readable || text.length() < 11) {
      return 0;
    }
    long status = Octets.decimal(text.substring(8, 11));
    return status < 100 || status > 699 ? 0 : (int) status;
  }

  void stop() {
    end.cancel();
    told(487, true);
    incoming.ifPresent(refer -> refer.reject(487));
  }
}
