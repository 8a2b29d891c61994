// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.http;

import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.FullHttpMessage;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpUtil;

/** Puts a request together; one that is too long is refused and its connection closed. */
final class WholeRequest extends HttpObjectAggregator {
  private final int limit;

  WholeRequest(int limit) {
    super(limit, true);
    this.limit = limit;
  }

  @Override
  protected void handleOversizedMessage(ChannelHandlerContext context, HttpMessage oversized) {
    FullHttpResponse response =
        HttpReply.problem(413, "the body may have at most " + limit + " bytes");
    response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    context.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
  }

  /** Sets a length only where a body was: a PUT without either is told so. */
  @Override
  protected void finishAggregation(FullHttpMessage request) {
    if (!HttpUtil.isContentLengthSet(request) && request.content().isReadable()) {
      request.headers().set(HttpHeaderNames.CONTENT_LENGTH, request.content().readableBytes());
    }
  }
}
