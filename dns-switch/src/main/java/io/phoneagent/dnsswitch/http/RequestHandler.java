// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.http;

import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.concurrent.Future;
import io.phoneagent.dnsswitch.registry.Arrival;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection: a request at a time, the next one read after the answer to the last. A client
 * that has not sent a whole request in time, however slowly it drips, is closed.
 */
@SuppressWarnings("FutureReturnValueIgnored") // nobody waits for a close
final class RequestHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
  private static final Logger LOG = LoggerFactory.getLogger(RequestHandler.class);

  private final RegistrationService service;
  private final Duration patience;
  private @Nullable Future<?> deadline;

  RequestHandler(RegistrationService service, Duration patience) {
    this.service = service;
    this.patience = patience;
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    await(context);
    context.fireChannelActive();
  }

  private void await(ChannelHandlerContext context) {
    deadline =
        context
            .executor()
            .schedule(() -> context.close(), patience.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void received() {
    if (deadline != null) {
      deadline.cancel(false);
      deadline = null;
    }
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
    received();
    if (request.decoderResult().isFailure()) {
      send(context, malformed(request.decoderResult().cause()), false);
      return;
    }
    boolean keepAlive = HttpUtil.isKeepAlive(request);
    context.channel().config().setAutoRead(false);
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
        .set(
            HttpHeaderNames.CONNECTION,
            keepAlive ? HttpHeaderValues.KEEP_ALIVE : HttpHeaderValues.CLOSE);
    var written = context.writeAndFlush(response);
    if (keepAlive) {
      await(context);
      context.channel().config().setAutoRead(true);
    } else {
      written.addListener(ChannelFutureListener.CLOSE);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    received();
    context.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    // A failed handshake or a reset is the client's; anything else is ours.
    if (!(cause instanceof IOException) && !(cause instanceof DecoderException)) {
      LOG.error("a connection failed", cause);
    }
    context.close();
  }
}
