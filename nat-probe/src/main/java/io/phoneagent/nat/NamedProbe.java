// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import io.phoneagent.Lease;
import io.phoneagent.runtime.Timer;
import io.phoneagent.runtime.Timers;
import io.phoneagent.spi.Probe;
import io.phoneagent.spi.ProbeAnswer;
import io.phoneagent.spi.ProbeContext;
import io.phoneagent.spi.PublicAddressProbe;
import io.phoneagent.spi.Viewpoint;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;

/**
 * A probe that answers whatever the vendor has written: what it throws is an answer too, and so is
 * that it says nothing. On one loop.
 */
public final class NamedProbe {
  /** A page that leads three times elsewhere may take 8 s. */
  static final Duration TIME_LIMIT = Duration.ofSeconds(10);

  private static final String AS_NULL = "the probe answered null";

  private final String id;
  private final Viewpoint viewpoint;
  private final Probe probe;
  private final Timers timers;
  private Timer limit = () -> {};

  private NamedProbe(String id, Viewpoint viewpoint, Probe probe, Timers timers) {
    this.id = id;
    this.viewpoint = viewpoint;
    this.probe = probe;
    this.timers = timers;
  }

  /** Makes the probe, on the loop of these timers. */
  public static NamedProbe create(
      PublicAddressProbe description, ProbeContext context, Timers timers) {
    return new NamedProbe(
        description.id(), description.viewpoint(), description.create(context), timers);
  }

  /** Whether it looks from outside, so that each question crosses the internet. */
  boolean isOutside() {
    return viewpoint == Viewpoint.OUTSIDE;
  }

  /** The probe itself, to be suspended and closed. */
  public Probe probe() {
    return probe;
  }

  /** Asks it. Completed in time and never exceptionally, unless it is told to forget. */
  CompletableFuture<ProbeReport> ask(Lease lease) {
    forget();
    CompletableFuture<ProbeReport> report = new CompletableFuture<>();
    Timer mine =
        timers.schedule(
            TIME_LIMIT,
            () -> nothing(report, "no answer within " + TIME_LIMIT.getSeconds() + " s"));
    limit = mine;
    CompletableFuture<Void> unused = report.thenRun(mine::cancel);
    try {
      Optional<CompletionStage<ProbeAnswer>> stage = Optional.ofNullable(probe.ask(lease));
      if (stage.isPresent()) {
        stage
            .get()
            .whenComplete(
                (answer, thrown) ->
                    answered(report, Optional.ofNullable(answer), Optional.ofNullable(thrown)));
      } else {
        nothing(report, AS_NULL);
      }
    } catch (RuntimeException | LinkageError e) {
      nothing(report, failure(e));
    }
    return report;
  }

  /** Nobody waits for its answer any more. */
  void forget() {
    limit.cancel();
  }

  private void answered(
      CompletableFuture<ProbeReport> report,
      Optional<ProbeAnswer> answer,
      Optional<Throwable> thrown) {
    if (thrown.isPresent()) {
      nothing(report, failure(thrown.get()));
    } else if (answer.isPresent()) {
      report.complete(new ProbeReport(id, viewpoint, answer.get()));
    } else {
      nothing(report, AS_NULL);
    }
  }

  private void nothing(CompletableFuture<ProbeReport> report, String why) {
    report.complete(nothing(why));
  }

  /** That it has said nothing. */
  ProbeReport nothing(String why) {
    return new ProbeReport(id, viewpoint, new ProbeAnswer.Nothing(why));
  }

  /** The vendor's own exception, without what futures wrap around it. */
  private static String failure(Throwable thrown) {
    Throwable own = thrown;
    for (Throwable next = own.getCause();
        next != null && (own instanceof CompletionException || own instanceof ExecutionException);
        next = own.getCause()) {
      own = next;
    }
    return "the probe failed: " + own;
  }
}
