// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import io.phoneagent.runtime.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Ends a session whose other end is gone without a word (RFC 4028). One end, the refresher, sends
 * an UPDATE, or a re-INVITE where the other has none, at half of the interval; where none comes the
 * other end hangs up shortly before its end. Every 2xx for an INVITE or UPDATE agrees on it anew.
 */
final class SessionTimer {
  static final String OPTION = "timer";
  // Section 4: what no interval may be shorter than.
  private static final long LEAST_SECONDS = 90;
  // A day: more would be none, and who asks for more is told this.
  private static final long MOST_SECONDS = 86_400;
  // A refresh that collided, or met an end that was busy, comes again.
  private static final Duration AGAIN = Duration.ofSeconds(10);
  private static final Timer NONE = () -> {};

  private final SipUserAgent agent;
  private final SipSession session;
  private long wanted;
  private long least = LEAST_SECONDS;
  private boolean running;
  private boolean refresher;
  private boolean otherUpdates;
  private Timer refresh = NONE;
  private Timer end = NONE;

  SessionTimer(SipUserAgent agent, SipSession session) {
    this.agent = agent;
    this.session = session;
    this.wanted = agent.sessionSeconds();
  }

  /** Whether this end refreshes the session. */
  boolean isRefresher() {
    return running && refresher;
  }

  /** Puts what this end wants into an INVITE or UPDATE of its own. */
  void ask(SipRequest.Builder request) {
    if (wanted == 0) {
      return;
    }
    String who = running ? (refresher ? ";refresher=uac" : ";refresher=uas") : "";
    request.set(HeaderName.SESSION_EXPIRES, wanted + who);
    if (least > LEAST_SECONDS) {
      request.set(HeaderName.MIN_SE, Long.toString(least));
    }
  }

  /**
   * A 422 for a request of this end: the other wants longer intervals.
   *
   * @return whether the request may go again, with what {@link #ask} says now
   */
  boolean raise(SipResponse refusal) {
    long asked = refusal.header(HeaderName.MIN_SE).map(SessionTimer::seconds).orElse(0L);
    if (wanted == 0 || asked <= wanted || asked > MOST_SECONDS) {
      return false;
    }
    least = asked;
    wanted = asked;
    return true;
  }

  /** The 2xx for an INVITE or UPDATE of this end: where it names no interval there is none. */
  void agreed(SipResponse success) {
    allows(success);
    long seconds = success.header(HeaderName.SESSION_EXPIRES).map(SessionTimer::seconds).orElse(0L);
    if (seconds == 0) {
      stop();
      return;
    }
    boolean other = refresher(success).filter("uas"::equals).isPresent();
    start(Math.max(LEAST_SECONDS, Math.min(seconds, MOST_SECONDS)), !other);
  }

  /** How a request with too short an interval is refused (section 9). */
  static Optional<Rejection> vet(SipRequest request) {
    Optional<Long> asked = request.header(HeaderName.SESSION_EXPIRES).map(SessionTimer::seconds);
    boolean tooShort = asked.filter(seconds -> seconds > 0 && seconds < LEAST_SECONDS).isPresent();
    return tooShort && knowsTimers(request)
        ? Optional.of(
            new Rejection(
                422, List.of(new HeaderField(HeaderName.MIN_SE, Long.toString(LEAST_SECONDS)))))
        : Optional.empty();
  }

  /** Agrees with the other end's INVITE or UPDATE in the 2xx that answers it. */
  void accept(SipRequest request, SipResponse.Builder success) {
    allows(request);
    boolean knows = knowsTimers(request);
    long asked = request.header(HeaderName.SESSION_EXPIRES).map(SessionTimer::seconds).orElse(0L);
    long seconds = asked == 0 && knows ? wanted : Math.min(asked, MOST_SECONDS);
    if (seconds < LEAST_SECONDS) {
      stop();
      return;
    }
    boolean theirs = knows && !refresher(request).filter("uas"::equals).isPresent();
    success.set(
        HeaderName.SESSION_EXPIRES, seconds + (theirs ? ";refresher=uac" : ";refresher=uas"));
    if (theirs) {
      success.set(HeaderName.REQUIRE, OPTION);
    }
    start(seconds, !theirs);
  }

  /** Whether the other end has said that it takes UPDATE. */
  boolean otherUpdates() {
    return otherUpdates;
  }

  /** The other end says which methods it takes. */
  void allows(SipMessage message) {
    if (message.has(HeaderName.ALLOW)) {
      otherUpdates = message.tokens(HeaderName.ALLOW).contains(SipMethod.UPDATE.name());
    }
  }

  private static boolean knowsTimers(SipRequest request) {
    return request.tokens(HeaderName.SUPPORTED).contains(OPTION)
        || request.tokens(HeaderName.REQUIRE).contains(OPTION);
  }

  /** The number before the parameters; 0 if there is none. */
  private static long seconds(String value) {
    int semicolon = value.indexOf(';');
    return Math.max(
        0, Octets.decimal((semicolon < 0 ? value : value.substring(0, semicolon)).trim()));
  }

  private static Optional<String> refresher(SipMessage message) {
    return message
        .header(HeaderName.SESSION_EXPIRES)
        .filter(value -> value.indexOf(';') >= 0)
        .map(value -> Octets.bytes(value.substring(value.indexOf(';'))))
        .flatMap(bytes -> Parameters.find(bytes, 0, bytes.length, "refresher"))
        .map(who -> who.toLowerCase(Locale.ROOT));
  }

  private void start(long seconds, boolean here) {
    stop();
    running = true;
    refresher = here;
    long early = here ? 0 : Math.min(32, seconds / 3);
    end = agent.timers().schedule(Duration.ofSeconds(seconds - early), this::expired);
    if (here) {
      refresh = agent.timers().schedule(Duration.ofSeconds(seconds / 2), this::refreshDue);
    }
  }

  void stop() {
    running = false;
    refresh.cancel();
    end.cancel();
  }

  private void expired() {
    if (running) {
      session.lost(408, "the session was not refreshed");
    }
  }

  private void refreshDue() {
    if (!running) {
      return;
    }
    refresh = agent.timers().schedule(AGAIN, this::refreshDue);
    if (otherUpdates) {
      update();
    } else {
      session.offerAgain();
    }
  }

  private void update() {
    Optional<Dialog> dialog = session.dialog();
    if (dialog.isPresent()) {
      SipRequest.Builder update =
          session
              .requests()
              .begin(dialog.get(), SipMethod.UPDATE)
              .add(HeaderName.SUPPORTED, SipUserAgent.SUPPORTED)
              .add(HeaderName.ALLOW, SipUserAgent.ALLOWED);
      ask(update);
      session.requests().send(update, dialog.get(), new Answer());
    }
  }

  /** The answer to a refreshing UPDATE. */
  private final class Answer implements Exchange.Listener {
    @Override
    public void onResponse(SipRequest request, SipResponse response) {
      if (response.isProvisional() || !running) {
        return;
      }
      int status = response.status();
      if (response.isSuccess()) {
        agreed(response);
      } else if (status == 481 || status == 408) {
        session.lost(status, response.reason());
      } else if (status == 405 || status == 501) {
        otherUpdates = false;
      } else if (status == 422 && raise(response)) {
        update();
      }
    }

    @Override
    public void onFailure(ClientTransaction.Failure failure) {
      if (running) {
        session.lost(failure.status(), "no answer to a refresh of the session");
      }
    }
  }
}
