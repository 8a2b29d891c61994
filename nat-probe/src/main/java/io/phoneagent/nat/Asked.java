// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import io.phoneagent.spi.HttpAnswer;
import io.phoneagent.spi.HttpQuestion;
import io.phoneagent.spi.ProbeContext;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** HTTP whose answers are heard on the agent's thread. */
final class Asked {
  private Asked() {}

  /**
   * Asks.
   *
   * @param answered given the answer
   * @param failed told why there is none
   */
  static void of(
      ProbeContext context,
      HttpQuestion question,
      Consumer<HttpAnswer> answered,
      Consumer<String> failed) {
    CompletionStage<HttpAnswer> stage;
    try {
      stage = context.http().exchange(question);
    } catch (RuntimeException e) { // a vendor's client
      context.schedule(Duration.ZERO, () -> failed.accept(WebServer.reason(e)));
      return;
    }
    CompletionStage<HttpAnswer> unused =
        stage.whenComplete(
            (answer, thrown) -> {
              Optional<HttpAnswer> came = Optional.ofNullable(answer);
              Optional<Throwable> fault = Optional.ofNullable(thrown);
              context.schedule(
                  Duration.ZERO,
                  () -> {
                    if (came.isPresent()) {
                      answered.accept(came.get());
                    } else {
                      failed.accept(fault.map(WebServer::reason).orElse("no answer"));
                    }
                  });
            });
  }
}
