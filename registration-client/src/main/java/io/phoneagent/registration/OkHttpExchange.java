// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import io.phoneagent.PhoneAgentException;
import io.phoneagent.spi.HttpAnswer;
import io.phoneagent.spi.HttpExchange;
import io.phoneagent.spi.HttpQuestion;
import io.phoneagent.spi.NetworkBinding;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.ConnectionPool;
import okhttp3.Dispatcher;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/** The HTTP client of the SDK: OkHttp, over the sockets and the resolver of a network binding. */
final class OkHttpExchange implements HttpExchange {
  // One question to the switch beside one to the firewall, and one more of either.
  private static final int THREADS = 3;
  // The threads go away when nothing was asked for this long.
  private static final int IDLE_SECONDS = 5;
  private static final MediaType JSON = MediaType.get("application/json");

  private final ExecutorService threads;
  private final ConnectionPool connections = new ConnectionPool(2, 5, TimeUnit.MINUTES);
  private final OkHttpClient client;

  /**
   * A client.
   *
   * @param network opens its sockets and resolves its names
   * @param authorities whom to trust; empty for the system's
   */
  OkHttpExchange(NetworkBinding network, List<X509Certificate> authorities) {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, "phoneagent-http");
              thread.setDaemon(true);
              return thread;
            });
    pool.allowCoreThreadTimeOut(true);
    threads = pool;
    OkHttpClient.Builder builder =
        new OkHttpClient.Builder()
            .dispatcher(new Dispatcher(pool))
            .connectionPool(connections)
            .socketFactory(network.sockets())
            .dns(network::resolve)
            .followRedirects(false)
            .followSslRedirects(false)
            .retryOnConnectionFailure(true);
    if (!authorities.isEmpty()) {
      X509TrustManager trust = trusting(authorities);
      builder.sslSocketFactory(context(trust).getSocketFactory(), trust);
    }
    client = builder.build();
  }

  private static X509TrustManager trusting(List<X509Certificate> authorities) {
    try {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      for (int i = 0; i < authorities.size(); i++) {
        store.setCertificateEntry("authority-" + i, authorities.get(i));
      }
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      for (TrustManager manager : factory.getTrustManagers()) {
        if (manager instanceof X509TrustManager x509) {
          return x509;
        }
      }
      throw new PhoneAgentException("this platform checks no X.509 certificates");
    } catch (GeneralSecurityException | IOException e) {
      throw new PhoneAgentException("the trusted certificates cannot be used", e);
    }
  }

  private static SSLContext context(X509TrustManager trust) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {trust}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new PhoneAgentException("this platform has no TLS", e);
    }
  }

  @Override
  public CompletionStage<HttpAnswer> exchange(HttpQuestion question) {
    CompletableFuture<HttpAnswer> result = new CompletableFuture<>();
    Request.Builder request = new Request.Builder().url(question.uri().toString());
    question.headers().forEach(request::header);
    RequestBody body = question.body().isEmpty() ? null : RequestBody.create(question.body(), JSON);
    request.method(question.method(), body);
    Call call = client.newCall(request.build());
    call.timeout().timeout(question.timeout().toMillis(), TimeUnit.MILLISECONDS);
    call.enqueue(
        new Callback() {
          @Override
          public void onFailure(Call failed, IOException e) {
            result.completeExceptionally(e);
          }

          @Override
          public void onResponse(Call answered, Response response) {
            try (response) {
              result.complete(read(response, question.maxBytes()));
            } catch (IOException | RuntimeException e) {
              // OkHttp throws the latter for a negative length; a question left open is asked never
              // again.
              result.completeExceptionally(e);
            }
          }
        });
    return result;
  }

  private static HttpAnswer read(Response response, int maxBytes) throws IOException {
    if (response.body().source().request(maxBytes + 1L)) {
      throw new IOException("the answer is longer than " + maxBytes + " octets");
    }
    MediaType type = response.body().contentType();
    Charset charset = type == null ? null : type.charset(StandardCharsets.UTF_8);
    String text =
        response.body().source().readString(charset == null ? StandardCharsets.UTF_8 : charset);
    Map<String, String> headers = new HashMap<>();
    response
        .headers()
        .forEach(h -> headers.put(h.getFirst().toLowerCase(Locale.ROOT), h.getSecond()));
    return new HttpAnswer(response.code(), headers, text);
  }

  @Override
  public void dropConnections() {
    connections.evictAll();
  }

  @Override
  public void close() {
    client.dispatcher().cancelAll();
    connections.evictAll();
    threads.shutdown();
  }
}
