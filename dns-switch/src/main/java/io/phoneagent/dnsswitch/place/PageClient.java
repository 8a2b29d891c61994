// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.place;

import io.phoneagent.runtime.Timer;
import io.phoneagent.runtime.Timers;
import io.phoneagent.spi.HttpAnswer;
import io.phoneagent.spi.HttpExchange;
import io.phoneagent.spi.HttpQuestion;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Asks a gateway for pages, by the JDK's client. It keeps connections as it likes; a gateway on the
 * switch's own network is asked by few.
 */
public final class PageClient implements HttpExchange {
  private static final int READERS = 4;
  private static final String CHALLENGES = "www-authenticate";
  // The client writes these itself.
  private static final Set<String> ITS_OWN =
      Set.of("connection", "content-length", "expect", "host", "upgrade");
  private static final Pattern CHARSET =
      Pattern.compile("charset=\"?([A-Za-z0-9._:+-]{1,40})", Pattern.CASE_INSENSITIVE);

  private final Timers timers;
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();
  private final ThreadPoolExecutor readers =
      new ThreadPoolExecutor(
          READERS,
          READERS,
          5,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(16),
          task -> {
            Thread thread = new Thread(task, "dns-switch-pages");
            thread.setDaemon(true);
            return thread;
          });

  /** Its time-outs are kept by these timers. */
  public PageClient(Timers timers) {
    this.timers = timers;
    readers.allowCoreThreadTimeOut(true);
  }

  @Override
  public CompletionStage<HttpAnswer> exchange(HttpQuestion question) {
    CompletableFuture<HttpAnswer> result = new CompletableFuture<>();
    try {
      ask(question, result);
    } catch (IllegalArgumentException | RejectedExecutionException e) {
      result.completeExceptionally(new IOException(e.getMessage(), e));
    }
    return result;
  }

  private void ask(HttpQuestion question, CompletableFuture<HttpAnswer> result) {
    CompletableFuture<HttpResponse<InputStream>> sent =
        client.sendAsync(request(question), HttpResponse.BodyHandlers.ofInputStream());
    Timer limit =
        timers.schedule(
            question.timeout(),
            () -> {
              result.completeExceptionally(
                  new IOException("no answer within " + question.timeout().toMillis() + " ms"));
              sent.cancel(true);
              CompletableFuture<Void> unused = sent.thenAccept(r -> close(r.body()));
            });
    CompletableFuture<HttpAnswer> unused =
        sent.thenApplyAsync(response -> read(response, question.maxBytes()), readers)
            .whenComplete(
                (answer, thrown) -> {
                  limit.cancel();
                  if (thrown == null) {
                    result.complete(answer);
                  } else {
                    result.completeExceptionally(cause(thrown));
                  }
                });
  }

  private static Throwable cause(Throwable thrown) {
    Throwable cause = thrown.getCause();
    return thrown instanceof CompletionException && cause != null ? cause : thrown;
  }

  private static HttpRequest request(HttpQuestion question) {
    String text = question.uri().toString();
    int hash = text.indexOf('#');
    HttpRequest.Builder request =
        HttpRequest.newBuilder(hash < 0 ? question.uri() : URI.create(text.substring(0, hash)))
            .method(
                question.method(),
                question.body().isEmpty()
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(question.body()));
    question
        .headers()
        .forEach(
            (name, value) -> {
              if (!ITS_OWN.contains(name.toLowerCase(Locale.ROOT))) {
                request.header(name, value);
              }
            });
    return request.build();
  }

  private static HttpAnswer read(HttpResponse<InputStream> response, int most) {
    try (InputStream body = response.body()) {
      byte[] octets = body.readNBytes(most + 1);
      if (octets.length > most) {
        throw new IOException("the answer is longer than " + most + " octets");
      }
      HttpHeaders said = response.headers();
      Map<String, String> headers = new HashMap<>();
      said.map()
          .forEach(
              (name, values) -> {
                String lower = name.toLowerCase(Locale.ROOT);
                headers.put(
                    lower,
                    lower.equals(CHALLENGES)
                        ? String.join(", ", values)
                        : values.get(values.size() - 1));
              });
      boolean kept =
          !headers.getOrDefault("connection", "").toLowerCase(Locale.ROOT).contains("close");
      return new HttpAnswer(
          response.statusCode(), headers, new String(octets, charset(headers)), kept);
    } catch (IOException e) {
      throw new CompletionException(e);
    }
  }

  private static Charset charset(Map<String, String> headers) {
    Matcher named = CHARSET.matcher(headers.getOrDefault("content-type", ""));
    try {
      return named.find() ? Charset.forName(named.group(1)) : StandardCharsets.UTF_8;
    } catch (IllegalArgumentException e) {
      return StandardCharsets.UTF_8;
    }
  }

  private static void close(InputStream body) {
    try {
      body.close();
    } catch (IOException e) {
      // It is not read any more.
    }
  }

  @Override
  public void dropConnections() {
    // Those to the gateway lead where they did.
  }

  @Override
  public void close() {
    readers.shutdownNow();
  }
}
