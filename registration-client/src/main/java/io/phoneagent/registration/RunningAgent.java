// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import io.phoneagent.AgentStatus;
import io.phoneagent.InvalidSettingException;
import io.phoneagent.Lease;
import io.phoneagent.Line;
import io.phoneagent.PhoneAgent;
import io.phoneagent.PhoneAgentException;
import io.phoneagent.PhoneLine;
import io.phoneagent.PhoneNumber;
import io.phoneagent.StopMode;
import io.phoneagent.TimelineEntry;
import io.phoneagent.nat.ProbeReport;
import io.phoneagent.nat.Verdict;
import io.phoneagent.nat.WhoAmIProbe;
import io.phoneagent.registration.AgentState.Effect;
import io.phoneagent.registration.AgentState.Event;
import io.phoneagent.runtime.Timer;
import io.phoneagent.spi.AddressContext;
import io.phoneagent.spi.AddressSource;
import io.phoneagent.spi.AgentConfiguration;
import io.phoneagent.spi.HttpExchange;
import io.phoneagent.spi.NetworkBinding;
import io.phoneagent.spi.Probe;
import io.phoneagent.spi.ProbeAnswer;
import io.phoneagent.spi.ProbeContext;
import io.phoneagent.spi.PublicAddressProbe;
import io.phoneagent.spi.PublicRanges;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** An agent on its loop: runs the device's state and its lines', and carries out the effects. */
final class RunningAgent implements PhoneAgent {
  private static final Duration LEAVE_TIME = Duration.ofSeconds(3);
  private static final Duration STOP_TIME = Duration.ofSeconds(1);

  private final AgentConfiguration configuration;
  private final Platform platform;
  private final AgentParts parts;
  private final List<RunningLine> lines = new ArrayList<>();
  private final List<NamedProbe> probes = new ArrayList<>();
  private Optional<AddressSource> addresses = Optional.empty();
  private AgentState state = new AgentState.Stopped();
  private Timer checkTimer = () -> {};
  private Optional<Lease> probing = Optional.empty();
  private boolean probeAgain;
  private volatile boolean ended;
  private volatile boolean finished;
  private volatile AgentStatus status = AgentStatus.STOPPED;

  private record NamedProbe(String id, Probe probe) {}

  RunningAgent(AgentConfiguration configuration, Platform platform) {
    this.configuration = configuration;
    this.platform = platform;
    this.parts =
        new AgentParts(
            platform.loop(),
            platform.network(),
            platform.tls(),
            platform.random(),
            platform.callbacks(),
            configuration.listener(),
            new Timeline());
    Random random = platform.random();
    HttpExchange http = platform.http();
    String bootId = Long.toHexString(random.nextLong()) + Long.toHexString(random.nextLong());
    for (Line line : configuration.lines()) {
      SwitchRegistrar registrar =
          new SwitchRegistrar(
              configuration.dnsSwitch(),
              line,
              configuration.mac(),
              configuration.transport(),
              bootId,
              http);
      lines.add(
          new RunningLine(
              parts,
              line,
              configuration.callHandler(),
              registrar,
              http::dropConnections,
              cause -> handle(new Event.Hint(cause))));
    }
    for (PublicAddressProbe probe : probesOf(configuration)) {
      probes.add(new NamedProbe(probe.id(), probe.create(new Context())));
    }
  }

  private static List<PublicAddressProbe> probesOf(AgentConfiguration configuration) {
    return configuration.probes().isEmpty()
        ? List.of(WhoAmIProbe.of(configuration.dnsSwitch()))
        : configuration.probes();
  }

  @Override
  public void start() {
    if (ended) {
      throw new PhoneAgentException("the agent was stopped; build another one to start again");
    }
    parts.loop().execute(() -> handle(new Event.Start()));
  }

  @Override
  public PhoneLine line(String number) {
    PhoneNumber wanted = PhoneNumber.of(number);
    for (RunningLine line : lines) {
      if (line.number().equals(wanted)) {
        return line;
      }
    }
    throw new InvalidSettingException(
        "line", "this agent has none of number " + wanted + "; it was built with other ones");
  }

  @Override
  public AgentStatus status() {
    AgentStatus device = status;
    return device == AgentStatus.REGISTERING
        ? Collections.min(lines.stream().map(RunningLine::status).collect(Collectors.toList()))
        : device;
  }

  @Override
  public List<TimelineEntry> explain() {
    return parts.timeline().entries();
  }

  @Override
  public void close() {
    stop(StopMode.LEAVE);
  }

  @Override
  public void stop(StopMode mode) {
    if (finished) {
      return;
    }
    Duration limit = mode == StopMode.LEAVE ? LEAVE_TIME : STOP_TIME;
    CompletableFuture<Void> done = new CompletableFuture<>();
    parts.loop().execute(() -> end(mode, done));
    try {
      done.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      parts.loop().execute(() -> finish(done));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      parts.loop().execute(() -> finish(done));
    } catch (ExecutionException e) {
      throw new PhoneAgentException("stopping has failed", e);
    }
  }

  /** Stops, on the loop; completed when all is closed. */
  void end(StopMode mode, CompletableFuture<Void> done) {
    if (ended) {
      done.complete(null);
      return;
    }
    ended = true;
    List<CompletableFuture<Void>> leaving = new ArrayList<>();
    for (RunningLine line : lines) {
      if (mode == StopMode.LEAVE) {
        leaving.add(line.leave("stopped by the vendor").toCompletableFuture());
      } else {
        line.hangUp();
      }
    }
    CompletableFuture<Void> unused =
        CompletableFuture.allOf(leaving.toArray(new CompletableFuture<?>[0]))
            .whenComplete((nothing, e) -> parts.loop().execute(() -> finish(done)));
  }

  private void finish(CompletableFuture<Void> done) {
    if (done.isDone()) {
      return;
    }
    handle(new Event.Stop("stopped by the vendor"));
    checkTimer.cancel();
    probes.forEach(p -> closeQuietly(p.probe()));
    parts.tell(l -> l.stopped("stopped by the vendor"));
    finished = true;
    parts.callbacks().execute(platform.onStopped());
    done.complete(null);
  }

  private void closeQuietly(AutoCloseable closeable) {
    try {
      closeable.close();
    } catch (Exception e) {
      parts.tell(l -> l.disrupted("stop", String.valueOf(e.getMessage()), Optional.empty()));
    }
  }

  private void handle(Event event) {
    AgentState before = state;
    Step<AgentState, Effect> step = before.on(event);
    state = step.next();
    if (!before.equals(state) && !step.cause().isEmpty()) {
      parts.note(
          "agent",
          step.cause(),
          before.getClass().getSimpleName(),
          state.getClass().getSimpleName());
    }
    step.effects().forEach(this::carryOut);
    status = deviceStatus();
  }

  /** REGISTERING stands for however far the lines have come. */
  private AgentStatus deviceStatus() {
    if (state instanceof AgentState.Stopped) {
      return AgentStatus.STOPPED;
    }
    if (state instanceof AgentState.Leasing) {
      return AgentStatus.LEASING;
    }
    return state instanceof AgentState.Probing ? AgentStatus.PROBING : AgentStatus.REGISTERING;
  }

  private void carryOut(Effect effect) {
    if (effect instanceof Effect.WatchAddress) {
      AddressSource source = configuration.addressProvider().create(new Addresses());
      addresses = Optional.of(source);
      source.start(new AddressEvents());
    } else if (effect instanceof Effect.LeaveAddress) {
      addresses.ifPresent(this::closeQuietly);
    } else if (effect instanceof Effect.Probe probe) {
      probe(probe);
    } else if (effect instanceof Effect.Locate locate) {
      lines.forEach(l -> l.locate(locate.location(), locate.cause()));
    } else if (effect instanceof Effect.Unlocate unlocate) {
      lines.forEach(l -> l.unlocate(unlocate.cause()));
    } else if (effect instanceof Effect.TellLease told) {
      parts.tell(l -> l.leased(told.lease(), told.cause()));
    } else if (effect instanceof Effect.TellPublicAddress told) {
      parts.tell(l -> l.publicAddress(told.address(), told.cause()));
    } else if (effect instanceof Effect.TellDisrupted told) {
      parts.tell(l -> l.disrupted(told.what(), told.detail(), Optional.empty()));
    }
  }

  /** Asks all sources at once; the interval to the next round counts from here. */
  private void probe(Effect.Probe effect) {
    checkTimer.cancel();
    checkTimer =
        parts
            .loop()
            .schedule(
                parts.jittered(
                    configuration.schedule().interval(), configuration.schedule().jitter()),
                () -> handle(new Event.CheckDue()));
    if (probing.equals(Optional.of(effect.lease()))) {
      probeAgain = true; // a slow source must not be asked twice at once, nor be given up for it
      return;
    }
    probing = Optional.of(effect.lease());
    List<CompletableFuture<ProbeReport>> asked = new ArrayList<>();
    for (NamedProbe named : probes) {
      asked.add(ask(named, effect.lease()));
    }
    CompletableFuture<Void> unused =
        CompletableFuture.allOf(asked.toArray(new CompletableFuture<?>[0]))
            .whenComplete((nothing, e) -> parts.loop().execute(() -> probed(effect, asked)));
  }

  private void probed(Effect.Probe effect, List<CompletableFuture<ProbeReport>> asked) {
    if (!probing.equals(Optional.of(effect.lease()))) {
      return; // asked under a lease that is gone
    }
    probing = Optional.empty();
    List<ProbeReport> reports = new ArrayList<>();
    asked.forEach(a -> reports.add(a.join()));
    handle(new Event.Probed(effect.lease(), Verdict.of(effect.current(), reports)));
    if (probeAgain) {
      probeAgain = false;
      handle(new Event.CheckDue());
    }
  }

  /** A vendor's probe may throw or fail against its contract; that is an answer too. */
  private static CompletableFuture<ProbeReport> ask(NamedProbe named, Lease lease) {
    return CompletableFuture.completedFuture(named)
        .thenCompose(n -> n.probe().ask(lease))
        .exceptionally(e -> new ProbeAnswer.Nothing("the probe failed: " + e))
        .thenApply(answer -> new ProbeReport(named.id(), answer));
  }

  private final class AddressEvents implements AddressSource.Listener {
    @Override
    public void leased(Lease lease, String cause) {
      handle(new Event.Leased(lease, cause));
    }

    @Override
    public void lost(String cause) {
      handle(new Event.LeaseLost(cause));
    }
  }

  private final class Addresses implements AddressContext {
    @Override
    public Executor loop() {
      return parts.loop();
    }

    @Override
    public void schedule(Duration delay, Runnable task) {
      parts.loop().schedule(delay, task);
    }

    @Override
    public <T> T shared(Class<T> type, String name, Supplier<T> made) {
      return platform.common().get(type, name, made);
    }
  }

  private final class Context implements ProbeContext {
    @Override
    public HttpExchange http() {
      return platform.http();
    }

    @Override
    public NetworkBinding network() {
      return parts.network();
    }

    @Override
    public PublicRanges publicRanges() {
      return configuration.publicRanges();
    }
  }
}
