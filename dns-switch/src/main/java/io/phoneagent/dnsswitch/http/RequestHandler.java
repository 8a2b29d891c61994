// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.http;

import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.CodecException;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.phoneagent.dnsswitch.registry.Arrival;
import io.phoneagent.runtime.Clock;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection: a request at a time, the next one read after the answer to the last. A client
 * that has not sent a whole request in time, however slowly it drips, or does not take an answer,
 * is closed.
 */
@SuppressWarnings("FutureReturnValueIgnored") // nobody waits for a close
final class RequestHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
  private static final Logger LOG = LoggerFactory.getLogger(RequestHandler.class);

  private final RegistrationService service;
  private final Duration patience;
  private final Source source;
  private final Clock clock;
  private boolean watched;
  private boolean waiting;
  private long deadline;
  private boolean busy;
  private @Nullable FullHttpRequest next;

  RequestHandler(RegistrationService service, Duration patience, Source source, Clock clock) {
    this.service = service;
    this.patience = patience;
    this.source = source;
    this.clock = clock;
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    await(context);
    context.fireChannelActive();
  }

  /**
   * One timer for all of a connection's requests: it looks again until there is a reason to end.
   */
  private void await(ChannelHandlerContext context) {
    waiting = true;
    deadline = context.executor().ticker().nanoTime() + patience.toNanos();
    if (!watched) {
      watched = true;
      watch(context, patience.toNanos());
    }
  }

  private void watch(ChannelHandlerContext context, long nanos) {
    context.executor().schedule(() -> look(context), nanos, TimeUnit.NANOSECONDS);
  }

  private void look(ChannelHandlerContext context) {
    long left = deadline - context.executor().ticker().nanoTime();
    if (waiting && left <= 0) {
      context.close();
    } else if (context.channel().isOpen()) {
      watch(context, waiting ? left : patience.toNanos());
    }
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
    if (busy) {
      next = request.retain();
      context.channel().config().setAutoRead(false); // whoever sends ahead waits with the rest
      return;
    }
    begin(context, request);
  }

  private void begin(ChannelHandlerContext context, FullHttpRequest request) {
    waiting = false;
    busy = true;
    if (request.decoderResult().isFailure()) {
      send(context, malformed(request.decoderResult().cause()), false);
      return;
    }
    if (!namesItsHost(request)) {
      send(context, HttpReply.problem(400, "one Host is needed, and no more than one"), false);
      return;
    }
    long wait = source.turnIn(clock.nanos());
    if (wait <= 0) {
      serve(context, request);
      return;
    }
    request.retain();
    context
        .executor()
        .schedule(
            () -> {
              try {
                serve(context, request);
              } finally {
                request.release();
              }
            },
            wait,
            TimeUnit.NANOSECONDS);
  }

  private void serve(ChannelHandlerContext context, FullHttpRequest request) {
    if (!context.channel().isActive()) {
      return; // gone while it waited
    }
    boolean keepAlive = HttpUtil.isKeepAlive(request);
    Arrival arrival =
        new Arrival(
            (InetSocketAddress) context.channel().remoteAddress(),
            ((InetSocketAddress) context.channel().localAddress()).getAddress());
    service
        .answer(request, arrival)
        .whenComplete(
            (response, failure) -> {
              if (failure != null) {
                LOG.error("a request could not be answered", failure);
              }
              FullHttpResponse reply =
                  failure == null
                      ? response
                      : HttpReply.problem(500, "the switch failed; this is its own fault");
              context.executor().execute(() -> send(context, reply, keepAlive));
            });
  }

  /** RFC 9112, 3.2: of HTTP/1.0 none is asked; two would be two opinions whose request it is. */
  private static boolean namesItsHost(FullHttpRequest request) {
    int hosts = request.headers().getAll(HttpHeaderNames.HOST).size();
    return hosts == 1
        || (hosts == 0 && request.protocolVersion().compareTo(HttpVersion.HTTP_1_1) < 0);
  }

  private static FullHttpResponse malformed(Throwable cause) {
    if (cause instanceof TooLongHttpHeaderException) {
      return HttpReply.problem(431, "the header fields have more than 8192 bytes");
    }
    if (cause instanceof TooLongHttpLineException) {
      return HttpReply.problem(400, "the request line has more than 4096 bytes");
    }
    return HttpReply.problem(400, "this is not HTTP");
  }

  private void send(ChannelHandlerContext context, FullHttpResponse response, boolean keepAlive) {
    response
        .headers()
        .add(
            HttpHeaderNames.CONNECTION,
            keepAlive ? HttpHeaderValues.KEEP_ALIVE : HttpHeaderValues.CLOSE);
    await(context);
    // Who asks and does not take the answers must not pile them up here.
    context
        .writeAndFlush(response)
        .addListener(keepAlive ? written -> proceed(context) : ChannelFutureListener.CLOSE);
  }

  private void proceed(ChannelHandlerContext context) {
    busy = false;
    FullHttpRequest ahead = next;
    if (ahead == null) {
      return;
    }
    next = null;
    try {
      begin(context, ahead);
    } finally {
      ahead.release();
    }
    if (next == null) {
      context.channel().config().setAutoRead(true);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    waiting = false;
    if (next != null) {
      next.release();
      next = null;
    }
    context.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    // A failed handshake, a reset or half a request is the client's; anything else is ours.
    if (!(cause instanceof IOException) && !(cause instanceof CodecException)) {
      LOG.error("a connection failed", cause);
    }
    context.close();
  }
}
