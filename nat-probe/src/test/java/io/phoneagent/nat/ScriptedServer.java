// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import io.phoneagent.Lease;
import io.phoneagent.spi.HttpAnswer;
import io.phoneagent.spi.HttpExchange;
import io.phoneagent.spi.HttpQuestion;
import io.phoneagent.spi.Probe;
import io.phoneagent.spi.ProbeAnswer;
import io.phoneagent.testkit.VirtualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * A web server that the test writes, 5 ms away on virtual time, and the agent that asks it. What it
 * answers with null is lost: there is no answer within the question's time.
 */
final class ScriptedServer extends VirtualContext implements HttpExchange {
  /** One way and back. */
  static final Duration ROUND_TRIP = Duration.ofMillis(5);

  final VirtualTime time;
  final List<HttpQuestion> asked = new ArrayList<>();
  Function<HttpQuestion, HttpAnswer> script = q -> status(404);
  int atOnce;
  int mostAtOnce;

  ScriptedServer() {
    this(new VirtualTime());
  }

  private ScriptedServer(VirtualTime time) {
    super(time);
    this.time = time;
  }

  static HttpAnswer status(int code) {
    return new HttpAnswer(code, Map.of(), "");
  }

  static HttpAnswer page(String text) {
    return new HttpAnswer(200, Map.of(), text);
  }

  static HttpAnswer challenge(String header) {
    return new HttpAnswer(401, Map.of("www-authenticate", header), "Unauthorized 8.8.8.8");
  }

  /** Asks, and lets as much time pass as it takes; the address, or why there is none. */
  String ask(Probe probe, Lease lease) {
    CompletableFuture<ProbeAnswer> answer = probe.ask(lease).toCompletableFuture();
    for (int i = 0; i < 20_000 && !answer.isDone(); i++) {
      time.advance(Duration.ofMillis(1));
    }
    return answer.join().said();
  }

  String ask(Probe probe) {
    return ask(probe, lease());
  }

  /** The paths that were asked for. */
  List<String> paths() {
    return asked.stream().map(q -> q.uri().getPath()).toList();
  }

  /** A header of each question, "-" where it had none. */
  List<String> sent(String header) {
    return asked.stream().map(q -> q.headers().getOrDefault(header, "-")).toList();
  }

  @Override
  public CompletionStage<HttpAnswer> exchange(HttpQuestion question) {
    asked.add(question);
    mostAtOnce = Math.max(mostAtOnce, ++atOnce);
    CompletableFuture<HttpAnswer> answer = new CompletableFuture<>();
    HttpAnswer scripted = script.apply(question);
    time.schedule(
        scripted == null ? question.timeout() : ROUND_TRIP,
        () -> {
          atOnce--;
          if (scripted == null) {
            answer.completeExceptionally(
                new IOException("no answer within " + question.timeout().toMillis() + " ms"));
          } else {
            answer.complete(scripted);
          }
        });
    return answer;
  }

  @Override
  public void dropConnections() {}

  @Override
  public void close() {}

  @Override
  public HttpExchange http() {
    return this;
  }
}
