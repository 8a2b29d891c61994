// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phoneagent.runtime.NioLoop;
import io.phoneagent.runtime.SystemNetwork;
import io.phoneagent.spi.HttpAnswer;
import io.phoneagent.spi.HttpExchange;
import io.phoneagent.spi.HttpQuestion;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The HTTP client against a server on loopback. */
class SharedHttpTest {
  private final NioLoop loop = NioLoop.start("test-loop", e -> {});
  private final SharedHttp http = new SharedHttp(loop, 3, Duration.ofMinutes(1));
  private final HttpExchange client = http.over(new SystemNetwork(loop), List.of());
  private PageServer server;

  @BeforeEach
  void serve() throws IOException {
    server = new PageServer();
  }

  @AfterEach
  void stop() throws IOException {
    http.close();
    loop.close();
    server.close();
  }

  private CompletableFuture<HttpAnswer> ask(String method, String path, int timeoutMillis) {
    return client
        .exchange(
            new HttpQuestion(
                method,
                server.page(path),
                Map.of(),
                method.equals("PUT") ? "{}" : "",
                Duration.ofMillis(timeoutMillis),
                20))
        .toCompletableFuture();
  }

  private static Set<Thread> threadsNamed(String prefix) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(t -> t.getName().startsWith(prefix))
        .collect(Collectors.toSet());
  }

  /** The answer arrives a moment before its thread is idle. */
  private static void awaitRest(Set<Thread> others) {
    for (Thread thread : threadsNamed("phoneagent-http")) {
      while (!others.contains(thread) && !isAtRest(thread)) {
        Thread.onSpinWait();
      }
    }
  }

  /** Waits for a task, or has ended; one that waits for a lock does neither. */
  private static boolean isAtRest(Thread thread) {
    return thread.getState() == Thread.State.TIMED_WAITING || !thread.isAlive();
  }

  @Test
  void oneQuestionAfterTheOtherTakesOneThreadAndOneConnection() {
    Set<Thread> before = new HashSet<>(threadsNamed("phoneagent-http"));
    Set<Thread> watchdogs = new HashSet<>(threadsNamed("Okio Watchdog"));
    for (int i = 0; i < 20; i++) {
      HttpAnswer answer = ask(i % 2 == 0 ? "GET" : "PUT", "/a" + i, 5_000).join();
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.body()).isEqualTo("/a" + i);
      assertThat(answer.headers()).containsEntry("x-method", i % 2 == 0 ? "GET" : "PUT");
      awaitRest(before);
    }
    Set<Thread> made = new HashSet<>(threadsNamed("phoneagent-http"));
    made.removeAll(before);
    assertThat(made).hasSize(1);
    assertThat(server.connections()).isEqualTo(1);
    assertThat(watchdogs).as("none began").containsAll(threadsNamed("Okio Watchdog"));
  }

  @Test
  void aServerThatDoesNotAnswerCostsItsTimeAndNoMore() {
    CompletableFuture<HttpAnswer> unanswered = ask("GET", "/slow", 100);
    assertThatThrownBy(unanswered::join)
        .hasCauseInstanceOf(IOException.class)
        .hasMessageContaining("no answer within 100 ms");
    assertThat(ask("GET", "/next", 5_000).join().body()).isEqualTo("/next");
  }

  @Test
  void slowPagesDoNotDelayARegistration() {
    for (int i = 0; i < 10; i++) {
      assertThat(ask("GET", "/slow", 60_000)).isNotDone();
    }
    CompletableFuture<HttpAnswer> registration = ask("PUT", "/registration", 5_000);
    assertThat(registration.orTimeout(10, TimeUnit.SECONDS).join().status()).isEqualTo(200);
  }

  private CompletableFuture<HttpAnswer> soap(String path, String type) {
    return client
        .exchange(
            new HttpQuestion(
                "POST",
                server.page(path),
                Map.of("Content-Type", type),
                "<a/>",
                Duration.ofSeconds(60),
                20))
        .toCompletableFuture();
  }

  @Test
  void aBodyIsJsonUnlessItSaysWhatItIs() {
    assertThat(ask("PUT", "/a", 5_000).join().headers())
        .containsEntry("x-type", "application/json; charset=utf-8");
    assertThat(soap("/a", "text/xml; charset=\"utf-8\"").join().headers())
        .containsEntry("x-type", "text/xml; charset=\"utf-8\"");
    assertThat(soap("/a", "what?").join().status()).isEqualTo(200);
  }

  @Test
  void aSlowFirewallDoesNotDelayARegistrationEither() {
    for (int i = 0; i < 10; i++) {
      assertThat(soap("/slow", "text/xml")).isNotDone();
      assertThat(ask("SUBSCRIBE", "/slow", 60_000)).isNotDone();
    }
    CompletableFuture<HttpAnswer> registration = ask("PUT", "/registration", 5_000);
    assertThat(registration.orTimeout(10, TimeUnit.SECONDS).join().status()).isEqualTo(200);
    CompletableFuture<HttpAnswer> leaving = ask("DELETE", "/registration", 5_000);
    assertThat(leaving.orTimeout(10, TimeUnit.SECONDS).join().status()).isEqualTo(200);
  }

  @Test
  void anAnswerThatIsTooLongIsNone() {
    assertThatThrownBy(() -> ask("GET", "/this-is-longer-than-allowed", 5_000).join())
        .hasMessageContaining("longer than 20 octets");
  }

  @Test
  void droppedConnectionsAreNotUsedAgainAndManyDropOnce() {
    assertThat(ask("GET", "/1", 5_000).join().status()).isEqualTo(200);
    client.dropConnections();
    assertThat(ask("GET", "/2", 5_000).join().status()).isEqualTo(200);
    assertThat(server.connections()).isEqualTo(2);
    client.dropConnections(); // the same change, as the next agent notices it
    assertThat(ask("GET", "/3", 5_000).join().status()).isEqualTo(200);
    assertThat(server.connections()).isEqualTo(2);
  }
}
