// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import io.phoneagent.runtime.Timer;
import io.phoneagent.runtime.Timers;
import io.phoneagent.spi.HttpAnswer;
import io.phoneagent.spi.HttpExchange;
import io.phoneagent.spi.HttpQuestion;
import io.phoneagent.spi.NetworkBinding;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.X509TrustManager;
import okhttp3.Call;
import okhttp3.ConnectionPool;
import okhttp3.Dispatcher;
import okhttp3.Dns;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/**
 * The HTTP client of the SDK: OkHttp on threads of our own, shared by all agents of a runtime. It
 * is made to have few threads: time-outs are kept by the loop's timers, not by a watchdog.
 */
final class SharedHttp implements AutoCloseable {
  private static final MediaType JSON = MediaType.get("application/json");
  // Leaves time for one repeated SYN, and for another address of the host within a registration.
  private static final Duration CONNECT_TIMEOUT = Duration.ofMillis(1_400);

  private static final String CHALLENGES = "www-authenticate";

  private final Timers timers;
  private final Duration dropPause;
  private final HttpThreads threads;
  private final Dispatcher calls = new Dispatcher();
  private final ConnectionPool connections;
  // Holds connections only while they are used.
  private final ConnectionPool unkept = new ConnectionPool(0, 1, TimeUnit.MINUTES);
  private Optional<Long> dropped = Optional.empty();

  /**
   * Makes no thread yet.
   *
   * @param timers keep the time-outs
   * @param threads how many questions are under way at most
   * @param dropPause kept connections are dropped no more often than this
   */
  SharedHttp(Timers timers, int threads, Duration dropPause) {
    this.timers = timers;
    this.dropPause = dropPause;
    this.threads = new HttpThreads(threads);
    this.connections = new ConnectionPool(Math.max(2, threads - 1), 5, TimeUnit.MINUTES);
  }

  /**
   * A client on these threads and connections; closing it is not needed.
   *
   * @param network opens its sockets and resolves its names
   * @param authorities whom to trust; empty for the system's
   */
  HttpExchange over(NetworkBinding network, List<X509Certificate> authorities) {
    OkHttpClient.Builder builder =
        new OkHttpClient.Builder()
            .dispatcher(calls)
            .connectionPool(connections)
            .socketFactory(new PromptSockets(network.sockets()))
            .dns(network::resolve)
            .followRedirects(false)
            .followSslRedirects(false)
            .retryOnConnectionFailure(true)
            // Each of these would start a thread: HTTP/2's reader, racing connections, a watchdog.
            .protocols(List.of(Protocol.HTTP_1_1))
            .fastFallback(false)
            .readTimeout(Duration.ZERO)
            .writeTimeout(Duration.ZERO)
            .connectTimeout(CONNECT_TIMEOUT);
    if (!authorities.isEmpty()) {
      X509TrustManager trust = FlowTls.trusting(authorities);
      builder.sslSocketFactory(FlowTls.context(trust).getSocketFactory(), trust);
    }
    return new Client(builder.build(), network);
  }

  /** Where ten thousand agents notice the same change, the first of them drops for all. */
  private synchronized void dropConnections() {
    long now = timers.nanos();
    if (dropped.isPresent() && now - dropped.get() < dropPause.toNanos()) {
      return;
    }
    dropped = Optional.of(now);
    connections.evictAll();
  }

  @Override
  public void close() {
    threads.close();
    calls.cancelAll();
    connections.evictAll();
  }

  /** A value, so that connections to the same host are found again. */
  private record LedElsewhere(NetworkBinding network, String host) implements Dns {
    @Override
    public List<InetAddress> lookup(String name) throws UnknownHostException {
      return network.resolve(host);
    }
  }

  private final class Client implements HttpExchange {
    private final OkHttpClient client;
    private final OkHttpClient alone;
    private final OkHttpClient once;
    private final NetworkBinding network;

    Client(OkHttpClient client, NetworkBinding network) {
      this.client = client;
      this.alone = client.newBuilder().connectionPool(unkept).build();
      this.once = client.newBuilder().retryOnConnectionFailure(false).build();
      this.network = network;
    }

    /** The name that is looked up is another one then, and nothing else: not what TLS checks. */
    private OkHttpClient leading(HttpQuestion question) {
      String wish = question.headers().getOrDefault("Connection", "");
      OkHttpClient fitting =
          wish.equals("close") ? alone : wish.equals("keep-alive") ? once : client;
      return question.uri().getFragment() == null
          ? fitting
          : fitting.newBuilder().dns(new LedElsewhere(network, question.connectTo())).build();
    }

    @Override
    public CompletionStage<HttpAnswer> exchange(HttpQuestion question) {
      Request.Builder request = new Request.Builder().url(question.uri().toString());
      question.headers().forEach(request::header);
      RequestBody body =
          question.body().isEmpty() ? null : RequestBody.create(question.body(), type(question));
      request.method(question.method(), body);
      Call call = leading(question).newCall(request.build());
      CompletableFuture<HttpAnswer> result = new CompletableFuture<>();
      threads.execute(onlyLooks(question), () -> ask(question, call, result));
      return result;
    }

    private MediaType type(HttpQuestion question) {
      String named = question.headers().get("Content-Type");
      MediaType type = named == null ? JSON : MediaType.parse(named);
      return type == null ? JSON : type;
    }

    /**
     * A switch is asked to do something in JSON, or by DELETE; all else is to find something out.
     */
    private boolean onlyLooks(HttpQuestion question) {
      boolean json = !question.body().isEmpty() && type(question).equals(JSON);
      return !json && !question.method().equals("DELETE");
    }

    /** On a thread of its own; the time counts from here, not from when a thread was free. */
    private void ask(HttpQuestion question, Call call, CompletableFuture<HttpAnswer> result) {
      Timer timeout =
          timers.schedule(
              question.timeout(),
              () -> {
                result.completeExceptionally(
                    new IOException("no answer within " + question.timeout().toMillis() + " ms"));
                call.cancel();
              });
      try {
        // The connection is free for the next question before this one's answer is told.
        result.complete(answer(call, question.maxBytes()));
      } catch (IOException | RuntimeException e) {
        result.completeExceptionally(e);
      } finally {
        timeout.cancel();
      }
    }

    @Override
    public void dropConnections() {
      SharedHttp.this.dropConnections();
    }

    @Override
    public void close() {
      // The threads and connections are others' too.
    }
  }

  private static HttpAnswer answer(Call call, int maxBytes) throws IOException {
    try (Response response = call.execute()) {
      if (response.body().source().request(maxBytes + 1L)) {
        call.cancel(); // closing alone would read on for a tenth of a second, to keep the
        // connection
        throw new IOException("the answer is longer than " + maxBytes + " octets");
      }
      return read(response);
    }
  }

  private static HttpAnswer read(Response response) throws IOException {
    MediaType type = response.body().contentType();
    Charset charset = type == null ? null : type.charset(StandardCharsets.UTF_8);
    String text =
        response.body().source().readString(charset == null ? StandardCharsets.UTF_8 : charset);
    Map<String, String> headers = new HashMap<>();
    response
        .headers()
        .forEach(h -> headers.put(h.getFirst().toLowerCase(Locale.ROOT), h.getSecond()));
    headers.computeIfPresent(
        CHALLENGES, (name, last) -> String.join(", ", response.headers(CHALLENGES)));
    return new HttpAnswer(response.code(), headers, text, isPersistent(response));
  }

  /** RFC 9112, section 9.3. */
  private static boolean isPersistent(Response response) {
    String said = String.join(",", response.headers("Connection")).toLowerCase(Locale.ROOT);
    return response.protocol() == Protocol.HTTP_1_0
        ? said.contains("keep-alive")
        : !said.contains("close");
  }
}
