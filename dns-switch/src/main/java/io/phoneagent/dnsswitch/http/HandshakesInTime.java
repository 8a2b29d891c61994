// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.FastThreadLocal;
import io.phoneagent.runtime.Clock;
import java.time.Duration;

/**
 * Closes a new connection before its TLS handshake where the thread is behind. A handshake costs as
 * much as a dozen registrations, and a phone waits three seconds: if ten thousand come in the same
 * second and each is begun, all of them give up in the middle. So those who would wait too long are
 * let go for the price of a close, and come again at times of their own. One that begins without
 * TLS has nothing to be spared.
 */
@SuppressWarnings("FutureReturnValueIgnored") // nobody waits for a close
public final class HandshakesInTime extends ChannelInboundHandlerAdapter {
  /** Leaves a phone's three seconds to the rest of its handshake and its registration. */
  private static final long LATE = Duration.ofMillis(400).toNanos();

  private static final byte HANDSHAKE = 22;

  /** One pass of a thread over the connections that have sent something. */
  private static final class Turn {
    private boolean running;
    private long since;
  }

  private static final FastThreadLocal<Turn> TURN =
      new FastThreadLocal<>() {
        @Override
        protected Turn initialValue() {
          return new Turn();
        }
      };

  private final Clock clock;

  /** For a new connection, before the handler of its TLS. */
  public HandshakesInTime(Clock clock) {
    this.clock = clock;
  }

  /** Whether it is a handshake's first octet (RFC 8446, section 5.1). */
  private static boolean begins(Object message) {
    return message instanceof ByteBuf octets
        && octets.isReadable()
        && octets.getByte(octets.readerIndex()) == HANDSHAKE;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    Turn turn = TURN.get();
    long now = clock.nanos();
    if (!turn.running) {
      turn.running = true;
      turn.since = now;
      context.executor().execute(() -> turn.running = false); // runs when the pass is over
    }
    if (now - turn.since > LATE && begins(message)) {
      ReferenceCountUtil.release(message);
      context.close();
      return;
    }
    context.pipeline().remove(this);
    context.fireChannelRead(message);
  }
}
