// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import java.time.Duration;

/**
 * Whether one server's connection is kept between questions. Many routers answer in HTTP/1.0 and
 * close without saying so; a question on such a connection is lost. So the first one asks for it to
 * be closed. Where questions follow quickly, one asks to keep it, and only what the server then
 * says makes the next one go over it.
 */
sealed interface Keeping {
  /** Servers that say nothing of it keep a connection for 5 s or longer. */
  Duration UNSAID = Duration.ofSeconds(4);

  /** What a server says of itself is believed up to this. */
  Duration LONGEST = Duration.ofSeconds(60);

  /** A server that does not keep what it promised is not tried again for this long. */
  Duration PENANCE = Duration.ofMinutes(10);

  /** Nothing was asked yet. */
  record Unknown() implements Keeping {}

  /** The last answer came on a connection of its own. */
  record Apart(long answeredNanos) implements Keeping {}

  /** The last connection was left open, for this long at least. */
  record Kept(long answeredNanos, long goodForNanos) implements Keeping {}

  /** The server does not keep any. */
  record Closing(long sinceNanos) implements Keeping {}

  /** Whether the next question asks to keep the connection. */
  default boolean asksToKeep(long nowNanos) {
    if (this instanceof Apart apart) {
      return nowNanos - apart.answeredNanos() <= UNSAID.toNanos();
    }
    return goesOverKept(nowNanos);
  }

  /** Whether it may go over a connection that was open before. */
  default boolean goesOverKept(long nowNanos) {
    return this instanceof Kept kept && nowNanos - kept.answeredNanos() <= kept.goodForNanos();
  }

  /**
   * An answer has come.
   *
   * @param asked whether the question asked to keep the connection
   * @param persistent whether the server says that it does
   * @param saidSeconds how long, as far as it says that; below zero where it does not
   */
  default Keeping answered(boolean asked, boolean persistent, long saidSeconds, long nowNanos) {
    if (this instanceof Closing closing && nowNanos - closing.sinceNanos() < PENANCE.toNanos()) {
      return this;
    }
    if (!asked) {
      return new Apart(nowNanos);
    }
    if (!persistent) {
      // One that has kept it so far only ends a series.
      return this instanceof Kept ? new Apart(nowNanos) : new Closing(nowNanos);
    }
    Duration said = Duration.ofSeconds(Math.min(LONGEST.getSeconds(), saidSeconds) - 1);
    return new Kept(nowNanos, saidSeconds < 0 ? UNSAID.toNanos() : said.toNanos());
  }

  /** A question over a kept connection was lost. */
  default Keeping lost(long nowNanos) {
    return new Closing(nowNanos);
  }
}
