// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.call;

import io.phoneagent.PhoneNumber;
import io.phoneagent.runtime.Timer;
import io.phoneagent.sip.SipPeer;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Looks whether the phones of a call are still there: where one is not heard any more, and does not
 * answer when it is asked either, its call hears of it. On the loop.
 */
final class SilenceWatch {
  // A mid-call outage: 0.6 s without audio or proof, then 1.9 s of unanswered challenges.
  private static final Duration INTERVAL = Duration.ofMillis(200);
  private static final long SILENT_NANOS = Duration.ofMillis(600).toNanos();
  private static final Duration ANSWER_TIME = Duration.ofMillis(1900);
  // A phone on hold may be silent for long; each question is 64 octets or so.
  private static final long ASK_AGAIN_NANOS = Duration.ofSeconds(2).toNanos();

  // A plain phone on hold, or whose user says nothing, may be silent for long and is asked by
  // OPTIONS, which repeats itself after 0.5, 1.5 and 3.5 s.
  private static final long PLAIN_SILENT_NANOS = Duration.ofSeconds(10).toNanos();
  private static final long PLAIN_ASK_AGAIN_NANOS = Duration.ofSeconds(20).toNanos();
  private static final Duration PLAIN_ANSWER_TIME = Duration.ofSeconds(6);

  private final Switchboard board;
  private final Supplier<List<Party>> ends;
  private final Lost lost;
  private Timer timer = () -> {};
  private boolean open;
  private long beganAt;

  /** Told that a phone has been silent, and was last heard then. */
  interface Lost {
    void lost(PhoneNumber number, CallMedia media, long heardAtNanos);
  }

  /**
   * Not begun yet.
   *
   * @param ends both, as long as they talk; none otherwise
   */
  SilenceWatch(Switchboard board, Supplier<List<Party>> ends, Lost lost) {
    this.board = board;
    this.ends = ends;
    this.lost = lost;
  }

  /** Nobody is silent for longer than they have talked, be it that it rang for minutes before. */
  void begin() {
    beganAt = board.loop().nanos();
    open = true;
    next();
  }

  private void next() {
    timer.cancel();
    timer = board.loop().schedule(INTERVAL, this::look);
  }

  void end() {
    open = false;
    timer.cancel();
  }

  private void look() {
    next();
    ends.get().forEach(this::look);
  }

  private void look(Party end) {
    long now = board.loop().nanos();
    CallMedia media = end.media();
    SipPeer peer = end.leg().peer();
    if (peer instanceof Peers.Phone phone
        && media.isAgents()
        && isQuiet(media, now, SILENT_NANOS, ASK_AGAIN_NANOS)) {
      media.asked(now);
      board.liveness().ask(phone.number());
      judgeAfter(
          ANSWER_TIME, phone, media, now, () -> board.liveness().heardAtNanos(phone.number()));
    } else if (peer instanceof Peers.Plain plain
        && end.leg().isEstablished() // before its ACK nothing can be asked
        && isQuiet(media, now, PLAIN_SILENT_NANOS, PLAIN_ASK_AGAIN_NANOS)) {
      media.asked(now);
      end.leg().ask(() -> media.answered(board.loop().nanos()));
      judgeAfter(PLAIN_ANSWER_TIME, plain, media, now, media::answeredAtNanos);
    }
  }

  private boolean isQuiet(CallMedia media, long now, long silent, long askAgain) {
    return now - heardAt(media) >= silent && now - media.askedAtNanos() >= askAgain;
  }

  private long heardAt(CallMedia media) {
    return Math.max(media.leg().heardAtNanos(), beganAt);
  }

  private void judgeAfter(
      Duration time, Peers.Own phone, CallMedia media, long askedAt, LongSupplier answeredAt) {
    board
        .loop()
        .schedule(
            time,
            () -> {
              long heardAt = Math.max(heardAt(media), answeredAt.getAsLong());
              if (open
                  && heardAt < askedAt
                  && ends.get().stream().anyMatch(e -> e.media() == media)) {
                lost.lost(phone.number(), media, heardAt);
              }
            });
  }
}
