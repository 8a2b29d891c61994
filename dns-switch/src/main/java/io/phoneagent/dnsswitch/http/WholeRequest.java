// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.FullHttpMessage;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.TimeUnit;

/**
 * Puts a request together; one that is too long is refused, some of its rest discarded, and its
 * connection closed.
 */
@SuppressWarnings("FutureReturnValueIgnored") // nobody waits for a close
final class WholeRequest extends HttpObjectAggregator {
  // Closing at once, with octets unread, would make TCP reset and the client lose the answer.
  private static final long LINGER_MILLIS = 500;
  // Who has sent this much more without reading the answer does not mean to.
  private static final long MOST_DISCARDED = 1 << 20;

  private final int limit;
  private boolean refused;
  private long discarded;

  WholeRequest(int limit) {
    super(limit, true);
    this.limit = limit;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
    if (!refused) {
      super.channelRead(context, message);
      return;
    }
    if (message instanceof HttpContent content) {
      discarded += content.content().readableBytes();
    }
    ReferenceCountUtil.release(message);
    if (discarded > MOST_DISCARDED) {
      context.channel().config().setAutoRead(false);
    }
  }

  @Override
  protected void handleOversizedMessage(ChannelHandlerContext context, HttpMessage oversized) {
    refused = true;
    FullHttpResponse response =
        HttpReply.problem(413, "the body may have at most " + limit + " bytes");
    response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    context
        .writeAndFlush(response)
        .addListener(
            written ->
                context
                    .executor()
                    .schedule(() -> context.close(), LINGER_MILLIS, TimeUnit.MILLISECONDS));
  }

  /** Sets a length only where a body was: a PUT without either is told so. */
  @Override
  protected void finishAggregation(FullHttpMessage request) {
    if (!HttpUtil.isContentLengthSet(request) && request.content().isReadable()) {
      request.headers().set(HttpHeaderNames.CONTENT_LENGTH, request.content().readableBytes());
    }
  }
}
