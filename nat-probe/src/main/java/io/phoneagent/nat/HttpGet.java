// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import io.phoneagent.Lease;
import io.phoneagent.spi.HttpAnswer;
import io.phoneagent.spi.HttpQuestion;
import io.phoneagent.spi.Probe;
import io.phoneagent.spi.ProbeAnswer;
import io.phoneagent.spi.ProbeContext;
import io.phoneagent.spi.PublicAddressProbe;
import io.phoneagent.spi.Viewpoint;
import java.net.URI;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.regex.Pattern;

/** Reads the public address off a page, with an HTTP GET. */
final class HttpGet implements PublicAddressProbe {
  // On a LAN a page takes milliseconds; slow routers take a second.
  private static final Duration TIMEOUT = Duration.ofSeconds(2);
  // The largest status pages of home routers have some 60 kB.
  private static final int MAX_BYTES = 256 * 1024;
  // A router may lead from / to /index.html to /status; more is a loop.
  private static final int MOST_REDIRECTS = 3;

  private final PageAddress page;
  private final Optional<Pattern> pattern;
  private final Viewpoint viewpoint;

  HttpGet(PageAddress page, Optional<Pattern> pattern, Viewpoint viewpoint) {
    this.page = page;
    this.pattern = pattern;
    this.viewpoint = viewpoint;
  }

  @Override
  public String id() {
    return page.toString();
  }

  @Override
  public Viewpoint viewpoint() {
    return viewpoint;
  }

  @Override
  public Probe create(ProbeContext context) {
    return lease -> ask(context, lease);
  }

  private CompletionStage<ProbeAnswer> ask(ProbeContext context, Lease lease) {
    Optional<URI> uri = page.under(lease);
    if (!uri.isPresent()) {
      return CompletableFuture.completedFuture(
          new ProbeAnswer.Nothing("the gateway is not known, so " + page + " has no host"));
    }
    return get(context, uri.get(), 0)
        .exceptionally(e -> new ProbeAnswer.Nothing("no answer: " + reason(e)));
  }

  private CompletionStage<ProbeAnswer> get(ProbeContext context, URI uri, int redirects) {
    HttpQuestion question = new HttpQuestion("GET", uri, headers(uri), "", TIMEOUT, MAX_BYTES);
    return context
        .http()
        .exchange(question)
        .thenCompose(answer -> judge(context, uri, answer, redirects));
  }

  /**
   * Many routers answer in HTTP/1.0 and close without saying so; the next GET on such a connection
   * is lost and asked again. A new one costs nothing on the LAN, so theirs are never kept.
   */
  private static Map<String, String> headers(URI uri) {
    return "http".equalsIgnoreCase(uri.getScheme())
        ? Collections.singletonMap("Connection", "close")
        : Collections.emptyMap();
  }

  private CompletionStage<ProbeAnswer> judge(
      ProbeContext context, URI uri, HttpAnswer answer, int redirects) {
    if (answer.status() == 200) {
      return CompletableFuture.completedFuture(
          new Page(answer.body(), pattern).publicAddress(context.publicRanges()));
    }
    boolean redirect = answer.status() >= 301 && answer.status() <= 308;
    String location = answer.headers().getOrDefault("location", "");
    if (!redirect || location.isEmpty()) {
      return nothing("it answered with status " + answer.status());
    }
    Optional<URI> target = sameHost(uri, location);
    if (!target.isPresent()) {
      return CompletableFuture.completedFuture(
          new ProbeAnswer.Intercepted("it redirects to another host, as a captive portal does"));
    }
    if (redirects == MOST_REDIRECTS) {
      return nothing("it redirects more than " + MOST_REDIRECTS + " times");
    }
    return get(context, target.get(), redirects + 1);
  }

  private static Optional<URI> sameHost(URI from, String location) {
    try {
      URI target = from.resolve(location).normalize();
      boolean same =
          from.getHost().equals(target.getHost())
              && from.getPort() == target.getPort()
              && from.getScheme().equals(target.getScheme());
      return same ? Optional.of(target) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static CompletionStage<ProbeAnswer> nothing(String why) {
    return CompletableFuture.completedFuture(new ProbeAnswer.Nothing(why));
  }

  private static String reason(Throwable thrown) {
    Throwable cause = thrown;
    for (Throwable next = cause.getCause(); next != null; next = next.getCause()) {
      cause = next;
    }
    String message = cause.getMessage();
    return message == null ? cause.getClass().getSimpleName() : message;
  }
}
