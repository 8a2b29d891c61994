// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.http;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeadersFactory;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.phoneagent.protocol.MessageWriter;
import io.phoneagent.protocol.Problem;
import java.time.Duration;
import java.util.Optional;

/** Answers as they go out. */
final class HttpReply {
  /** All that stands in our headers is of our own making, and need not be looked through. */
  private static final HttpHeadersFactory OURS =
      DefaultHttpHeadersFactory.headersFactory().withValidation(false);

  private HttpReply() {}

  static FullHttpResponse json(byte[] body) {
    return of(HttpResponseStatus.OK, "application/json", body);
  }

  static FullHttpResponse empty() {
    FullHttpResponse response =
        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.NO_CONTENT);
    response.headers().set(HttpHeaderNames.CACHE_CONTROL, "no-store");
    return response;
  }

  static FullHttpResponse problem(int status, String detail) {
    return problem(status, detail, Optional.empty());
  }

  static FullHttpResponse problem(int status, String detail, Optional<Duration> wait) {
    HttpResponseStatus known = HttpResponseStatus.valueOf(status);
    Problem blank = Problem.of(status, known.reasonPhrase(), detail);
    Problem problem = wait.map(blank::retryAfter).orElse(blank);
    FullHttpResponse response = of(known, Problem.MEDIA_TYPE, MessageWriter.write(problem));
    problem
        .retryAfter()
        .ifPresent(w -> response.headers().set(HttpHeaderNames.RETRY_AFTER, w.getSeconds()));
    return response;
  }

  private static FullHttpResponse of(HttpResponseStatus status, String type, byte[] body) {
    FullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1, status, Unpooled.wrappedBuffer(body), OURS, OURS);
    response
        .headers()
        .add(HttpHeaderNames.CONTENT_TYPE, type)
        .add(HttpHeaderNames.CONTENT_LENGTH, body.length)
        // An answer holds a key, an address echo is for one caller: no cache may keep either.
        .add(HttpHeaderNames.CACHE_CONTROL, "no-store");
    return response;
  }
}
