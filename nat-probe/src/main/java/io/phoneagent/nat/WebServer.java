// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import io.phoneagent.spi.HttpAnswer;
import io.phoneagent.spi.HttpQuestion;
import io.phoneagent.spi.ProbeContext;
import java.io.EOFException;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One host and port that pages are asked of, and what it has shown of itself so far: how it lets
 * itself be asked, and whether it keeps connections. Nothing leads from it to another one. On the
 * agent's loop.
 */
final class WebServer {
  /** On a LAN a page takes milliseconds; slow routers take a second. */
  static final Duration TIMEOUT = Duration.ofSeconds(2);

  /** A kept connection may be dead, and there is a new one to be had. */
  static final Duration TIMEOUT_OVER_KEPT = Duration.ofMillis(500);

  /** A router may lead from / to /index.html to /status; more is a loop. */
  static final int MOST_REDIRECTS = 3;

  // Redirects, proofs and a lost connection together are fewer.
  private static final int MOST_QUESTIONS = 10;
  // The largest status pages of home routers have some 60 kB.
  private static final int MAX_BYTES = 256 * 1024;
  // It may quote what the server has sent.
  private static final int LONGEST_REASON = 200;
  private static final Pattern SAID_TIMEOUT = Pattern.compile("timeout\\s*=\\s*\"?([0-9]{1,6})");

  private final URI origin;
  // Over TLS connections are expensive, and servers of today: the client keeps them as it does.
  private final boolean plain;
  private final Access access;
  private final ProbeContext context;
  private Keeping keeping = new Keeping.Unknown();

  /**
   * Of one host and port.
   *
   * @param origin any address there
   */
  WebServer(URI origin, Access access, ProbeContext context) {
    this.origin = origin;
    this.plain = "http".equalsIgnoreCase(origin.getScheme());
    this.access = access;
    this.context = context;
  }

  /** Whether a page is there. */
  boolean has(URI page) {
    return samePlace(origin, page);
  }

  /**
   * Asks for a page.
   *
   * @param tag the entity tag of what is known of exactly this page
   * @param redirects how many are followed at most, on this server
   * @return on the loop, never exceptionally
   */
  CompletableFuture<Fetched> get(URI page, Optional<String> tag, int redirects) {
    CompletableFuture<Fetched> fetched = new CompletableFuture<>();
    access.begin();
    new Round(page, tag, redirects, fetched).ask(page);
    return fetched;
  }

  private final class Round {
    private final URI page;
    private final Optional<String> tag;
    private final CompletableFuture<Fetched> fetched;
    private final int redirects;
    private int redirected;
    private int asked;

    Round(URI page, Optional<String> tag, int redirects, CompletableFuture<Fetched> fetched) {
      this.page = page;
      this.tag = tag;
      this.redirects = redirects;
      this.fetched = fetched;
    }

    void ask(URI uri) {
      long now = context.nanos();
      ask(uri, plain && keeping.asksToKeep(now), plain && keeping.goesOverKept(now));
    }

    private void ask(URI uri, boolean keep, boolean overKept) {
      if (++asked > MOST_QUESTIONS) {
        fetched.complete(new Fetched.Missing("it asks for more and more"));
        return;
      }
      Map<String, String> headers = new HashMap<>();
      if (plain) {
        headers.put("Connection", keep ? "keep-alive" : "close");
      }
      if (uri.equals(page)) {
        tag.ifPresent(t -> headers.put("If-None-Match", t));
      }
      access.proof("GET", target(uri)).ifPresent(p -> headers.put("Authorization", p));
      Duration patience = overKept ? TIMEOUT_OVER_KEPT : TIMEOUT;
      send(
          new HttpQuestion("GET", uri, headers, "", patience, MAX_BYTES),
          (answer, thrown) -> {
            if (answer.isPresent()) {
              keeping =
                  keeping.answered(
                      keep, answer.get().persistent(), saidTimeout(answer.get()), context.nanos());
              answered(uri, answer.get());
            } else if (overKept) {
              keeping = keeping.lost(context.nanos());
              ask(uri, false, false);
            } else {
              fetched.complete(new Fetched.Silent("no answer: " + thrown));
            }
          });
    }

    private void answered(URI uri, HttpAnswer answer) {
      String location = answer.headers().getOrDefault("location", "");
      if (answer.status() == 200) {
        fetched.complete(new Fetched.Shown(uri, answer));
      } else if (answer.status() == 304 && tag.isPresent() && uri.equals(page)) {
        fetched.complete(new Fetched.Unchanged());
      } else if (answer.status() == 401) {
        String asked = answer.headers().getOrDefault("www-authenticate", "");
        Optional<String> why = access.refused(asked, context.nanos());
        if (why.isPresent()) {
          fetched.complete(new Fetched.Locked(why.get()));
        } else {
          ask(uri);
        }
      } else if (answer.status() >= 301 && answer.status() <= 308 && !location.isEmpty()) {
        redirected(uri, location);
      } else {
        fetched.complete(new Fetched.Missing("it answered with status " + answer.status()));
      }
    }

    private void redirected(URI from, String location) {
      Optional<URI> target = resolve(from, location);
      if (!target.isPresent() || !samePlace(from, target.get())) {
        fetched.complete(
            target.isPresent() && sameHost(from, target.get())
                ? new Fetched.Missing("it redirects to another port; ask for the page there")
                : new Fetched.Elsewhere("it redirects to another host, as a captive portal does"));
      } else if (redirected == redirects) {
        fetched.complete(
            new Fetched.Missing(
                redirects == 0
                    ? "it redirects"
                    : "it redirects more than " + redirects + " times"));
      } else {
        redirected++;
        ask(target.get());
      }
    }
  }

  /** Tells on the loop what came of it; at once where it has come at once. */
  private void send(HttpQuestion question, BiConsumer<Optional<HttpAnswer>, String> then) {
    CompletableFuture<HttpAnswer> answer = new CompletableFuture<>();
    try {
      CompletionStage<HttpAnswer> sent = context.http().exchange(question);
      CompletionStage<HttpAnswer> unused =
          sent.whenComplete(
              (a, thrown) -> {
                if (thrown == null) {
                  answer.complete(a);
                } else {
                  answer.completeExceptionally(thrown);
                }
              });
    } catch (RuntimeException e) {
      answer.completeExceptionally(e); // an address or a header that the client cannot send
    }
    if (answer.isDone()) {
      tell(answer, then);
    } else {
      CompletableFuture<HttpAnswer> unused =
          answer.whenComplete(
              (a, thrown) -> context.schedule(Duration.ZERO, () -> tell(answer, then)));
    }
  }

  private static void tell(
      CompletableFuture<HttpAnswer> answer, BiConsumer<Optional<HttpAnswer>, String> then) {
    Optional<HttpAnswer> came;
    String why = "";
    try {
      came = Optional.ofNullable(answer.getNow(null));
    } catch (CompletionException e) {
      came = Optional.empty();
      why = reason(e);
    }
    then.accept(came, why);
  }

  /** What is at the bottom of it, for people. */
  static String reason(Throwable thrown) {
    Throwable cause = thrown;
    for (Throwable next = cause.getCause(); next != null; next = next.getCause()) {
      cause = next;
    }
    if (cause instanceof EOFException) {
      return "it closed before it had answered"; // what the client says is of its own buffers
    }
    String message = cause.getMessage();
    return message == null ? cause.getClass().getSimpleName() : Page.shown(message, LONGEST_REASON);
  }

  private static long saidTimeout(HttpAnswer answer) {
    Matcher said = SAID_TIMEOUT.matcher(answer.headers().getOrDefault("keep-alive", ""));
    return said.find() ? Long.parseLong(said.group(1)) : -1;
  }

  /** Path and query, as they are sent. */
  private static String target(URI uri) {
    String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    return uri.getRawQuery() == null ? path : path + '?' + uri.getRawQuery();
  }

  /** A fragment names the host to connect to, so it is never the server's to choose. */
  private static Optional<URI> resolve(URI from, String location) {
    try {
      int hash = location.indexOf('#');
      String front = hash < 0 ? location : location.substring(0, hash);
      URI target = from.resolve(front).normalize();
      if (target.getHost() == null || target.getScheme() == null) {
        return Optional.empty();
      }
      String fragment = from.getRawFragment() == null ? "" : '#' + from.getRawFragment();
      return Optional.of(URI.create(target + fragment));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static boolean samePlace(URI one, URI other) {
    return sameHost(one, other)
        && one.getScheme().equalsIgnoreCase(other.getScheme())
        && port(one) == port(other)
        && Objects.equals(one.getRawFragment(), other.getRawFragment())
        && other.getRawUserInfo() == null;
  }

  private static boolean sameHost(URI one, URI other) {
    return one.getHost().equalsIgnoreCase(other.getHost());
  }

  private static int port(URI uri) {
    return uri.getPort() >= 0
        ? uri.getPort()
        : "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80;
  }
}
