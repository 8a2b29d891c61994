// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import io.phoneagent.AgentSettings;
import io.phoneagent.AgentStatus;
import io.phoneagent.InvalidSettingException;
import io.phoneagent.Lease;
import io.phoneagent.LineName;
import io.phoneagent.PhoneAgent;
import io.phoneagent.PhoneAgentException;
import io.phoneagent.PhoneLine;
import io.phoneagent.PublicAddress;
import io.phoneagent.StopMode;
import io.phoneagent.TimelineEntry;
import io.phoneagent.nat.NamedProbe;
import io.phoneagent.nat.ProbeRounds;
import io.phoneagent.nat.Verdict;
import io.phoneagent.nat.WhoAmIProbe;
import io.phoneagent.registration.AgentState.Effect;
import io.phoneagent.registration.AgentState.Event;
import io.phoneagent.runtime.Timer;
import io.phoneagent.spi.AddressContext;
import io.phoneagent.spi.AddressSource;
import io.phoneagent.spi.AgentConfiguration;
import io.phoneagent.spi.ProbeContext;
import io.phoneagent.spi.PublicAddressProbe;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;

/** An agent on its loop: runs the device's state and its lines', and carries out the effects. */
final class RunningAgent implements PhoneAgent {
  private static final Duration LEAVE_TIME = Duration.ofSeconds(3);
  private static final Duration STOP_TIME = Duration.ofSeconds(1);
  // Most networks lack most of what is asked for where nobody names a source.
  private static final Duration LONGEST_FIRST_LOOK = Duration.ofSeconds(1);

  // One of them looks names up for probes; more would be kept busy by a silent name server alone.
  private static final int MOST_LOOK_UPS = 2;

  private final AgentConfiguration configuration;
  private final Platform platform;
  private volatile AgentSettings settings;
  private final AgentParts parts;
  private final KnownServers known;
  private List<URI> switches;
  private Optional<Effect.Locate> unregistered = Optional.empty();
  private final List<AgentLine> lines = new ArrayList<>();
  private final ProbeContext context;
  private final ProbeRounds rounds;
  private final Checks checks;
  private Optional<AddressSource> addresses = Optional.empty();
  private int watches;
  private AgentState state = new AgentState.Stopped();
  private Timer startTimer = () -> {};
  private boolean restarting;
  private final AtomicBoolean dropping = new AtomicBoolean();
  private volatile boolean ended;
  private volatile boolean finished;
  private volatile AgentStatus status = AgentStatus.STOPPED;

  RunningAgent(AgentConfiguration configuration, Platform platform) {
    this.configuration = configuration;
    this.settings = configuration.settings();
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
    this.rounds =
        new ProbeRounds(
            platform.loop(), this::probed, () -> handle(new Event.CheckDue()), this::keepFlows);
    this.checks = new Checks(parts, () -> handle(new Event.CheckDue()));
    this.context =
        new ProbeTools(
            parts,
            platform.http(),
            configuration.publicRanges(),
            () ->
                platform
                    .common()
                    .get(HttpThreads.class, "look-ups", () -> new HttpThreads(MOST_LOOK_UPS)),
            this::announced,
            this::keepFlows);
    this.known =
        KnownServers.of(
            configuration,
            parts,
            new GuardedStore(platform.store(), this::storeFailed),
            this::switchesFound);
    this.switches = known.configure(settings);
    lines.addAll(
        new AgentLines(
                configuration,
                platform,
                parts,
                () -> settings,
                switches,
                cause -> handle(new Event.Hint(cause)),
                this::seen)
            .make(context, this::storeFailed));
    makeProbes();
  }

  /** What the vendor's store throws is told; on any thread. */
  void storeFailed(String operation, Throwable thrown) {
    String detail = operation + " has failed: " + thrown;
    parts.loop().execute(() -> parts.disrupted("identity-store", detail, Optional.empty()));
  }

  /** The vendor's executor takes no more; on any thread. */
  void callbacksDropped() {
    if (!dropping.getAndSet(true)) {
      parts.note("agent", "the callback executor takes no more: callbacks are dropped", "", "");
    }
    if (finished) {
      platform.onStopped().run(); // it was to follow the last callback
    }
  }

  /** The vendor's, or all that the network may offer. */
  private void makeProbes() {
    rounds.probes().forEach(p -> closeQuietly(p.probe()));
    List<PublicAddressProbe> wanted = new ArrayList<>(configuration.probes());
    boolean named = !wanted.isEmpty();
    if (!named) {
      wanted.add(PublicAddressProbe.natPmp());
      wanted.add(PublicAddressProbe.igd());
      wanted.add(PublicAddressProbe.statusPage());
      if (settings.registrars().isEmpty()) {
        switches.forEach(s -> wanted.add(WhoAmIProbe.of(s)));
      }
    }
    List<NamedProbe> made = new ArrayList<>();
    for (PublicAddressProbe probe : wanted) {
      made.add(NamedProbe.create(probe, context, parts.loop()));
    }
    if (named) {
      rounds.use(made);
    } else {
      rounds.use(made, LONGEST_FIRST_LOOK);
    }
  }

  /** Where the switch saw a bind come from. */
  private void seen(InetAddress address) {
    if (knowsLease()
        && !settings.staticPublicAddress().isPresent()
        && configuration.publicRanges().isPublic(address)) {
      rounds.seen(address).ifPresent(this::shown);
    }
  }

  /** What the switch has shown is told even where it changes nothing. */
  private void shown(Verdict verdict) {
    AgentState before = state;
    rounds.lease().ifPresent(lease -> handle(new Event.Probed(lease, verdict)));
    if (before.equals(state) && verdict instanceof Verdict.Known known) {
      String name = state.getClass().getSimpleName();
      parts.note("agent", known.address().verdict(), name, name);
    }
  }

  /** A source has heard of a change. */
  private void announced(String cause) {
    if (knowsLease()) {
      String name = state.getClass().getSimpleName();
      if (!cause.isEmpty()) {
        parts.note("agent", cause, name, name);
      }
      handle(new Event.Announced(cause));
    }
  }

  /** The firewall may have forgotten the flows, or may have another address. */
  private void keepFlows() {
    lines.forEach(AgentLine::keepAliveNow);
  }

  @Override
  public void start() {
    if (ended) {
      throw new PhoneAgentException("the agent was stopped; build another one to start again");
    }
    Duration delay =
        Duration.ofNanos(
            (long) (settings.startUpDelay().toNanos() * platform.random().nextDouble()));
    parts.loop().execute(() -> handle(new Event.Start(delay)));
  }

  @Override
  public AgentSettings settings() {
    return settings;
  }

  @Override
  public void update(AgentSettings newSettings) {
    if (newSettings.registrars().isEmpty() != settings.registrars().isEmpty()) {
      throw new InvalidSettingException(
          "registrars", "an agent stays with switches or with registrars; build another one");
    }
    if (newSettings.registrars().isEmpty()
        && newSettings.dnsSwitches().isEmpty()
        && !configuration.addressProvider().namesSwitches()) {
      throw new InvalidSettingException(
          "dns-switches", "none given; an agent needs one, such as https://switch.example");
    }
    parts
        .loop()
        .execute(
            () -> {
              if (!ended) {
                apply(newSettings);
              }
            });
  }

  private void apply(AgentSettings now) {
    AgentSettings before = settings;
    settings = now;
    Map<String, String> valuesBefore = before.toMap();
    now.toMap()
        .forEach(
            (name, value) -> {
              String old = valuesBefore.getOrDefault(name, "");
              if (!old.equals(value)) {
                parts.note("agent", name + " was set", old, value);
              }
            });
    List<URI> switchesBefore = switches;
    switches = known.configure(now);
    if (configuration.probes().isEmpty() && !switches.equals(switchesBefore)) {
      makeProbes();
    }
    if (!before.staticPublicAddress().equals(now.staticPublicAddress())) {
      handle(new Event.Hint("static-public-address was set"));
    } else if (knowsLease()
        && !(before.checkInterval().equals(now.checkInterval())
            && before.checkIntervalAtRest().equals(now.checkIntervalAtRest())
            && before.checkJitter() == now.checkJitter())) {
      checks.anew(now);
    }
    lines.forEach(l -> l.update(now, switches, "the settings were changed"));
  }

  /** DNS names other switches than before, or the first ones at all. */
  private void switchesFound(List<URI> found, String cause) {
    parts.note("agent", cause, text(switches), text(found));
    switches = found;
    if (configuration.probes().isEmpty()) {
      makeProbes();
      handle(new Event.Hint(cause));
    }
    lines.forEach(l -> l.update(settings, switches, cause));
    Optional<Effect.Locate> waiting = unregistered;
    unregistered = Optional.empty();
    waiting.ifPresent(this::carryOut);
  }

  private static String text(List<URI> switches) {
    return switches.stream().map(URI::toString).collect(Collectors.joining(","));
  }

  private boolean knowsLease() {
    return state instanceof AgentState.Probing || state instanceof AgentState.Online;
  }

  @Override
  public void suspend() {
    parts.loop().execute(this::rest);
  }

  private void rest() {
    if (!(state instanceof AgentState.Stopped) && !(state instanceof AgentState.Suspended)) {
      lines.forEach(AgentLine::hangUp);
      handle(new Event.Suspend("suspended by the vendor"));
      known.rest();
      platform.http().dropConnections();
    }
  }

  @Override
  public void resume() {
    parts
        .loop()
        .execute(
            () -> {
              if (state instanceof AgentState.Suspended) {
                // First it tells what has become of the address meanwhile.
                addresses.ifPresent(a -> guarded("address", a::resume));
                handle(new Event.Resume("resumed by the vendor"));
                known.resume();
              }
            });
  }

  @Override
  public PhoneLine line(String name) {
    LineName wanted = LineName.of(name);
    for (AgentLine line : lines) {
      if (line.name().equals(wanted)) {
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
        ? Collections.min(lines.stream().map(AgentLine::status).collect(Collectors.toList()))
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
    parts.loop().schedule(limit, () -> finish(done));
    boolean interrupted = false;
    while (!done.isDone()) {
      try {
        done.get(limit.toMillis(), TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        break; // the loop finishes in this moment
      } catch (InterruptedException e) {
        // A device that goes down interrupts its threads, and has to take its registration back.
        interrupted = true;
      } catch (ExecutionException e) {
        throw new PhoneAgentException("stopping has failed", e);
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Stops, on the loop; completed when all is closed. */
  void end(StopMode mode, CompletableFuture<Void> done) {
    if (ended) {
      done.complete(null);
      return;
    }
    ended = true;
    restarting = mode == StopMode.KEEP_REGISTRATION;
    List<CompletableFuture<Void>> leaving = new ArrayList<>();
    for (AgentLine line : lines) {
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
    known.rest();
    rounds.probes().forEach(p -> closeQuietly(p.probe()));
    parts.tell(l -> l.stopped("stopped by the vendor"));
    finished = true;
    parts.callbacks().execute(platform.onStopped());
    done.complete(null);
  }

  private void closeQuietly(AutoCloseable closeable) {
    try {
      closeable.close();
    } catch (Exception e) {
      parts.disrupted("stop", e.toString(), Optional.empty());
    }
  }

  /** What a plug-in throws is told; the agent goes on. */
  private void guarded(String what, Runnable plugIn) {
    try {
      plugIn.run();
    } catch (RuntimeException | LinkageError e) {
      parts.disrupted(what, e.toString(), Optional.empty());
    }
  }

  private void handle(Event event) {
    AgentState before = state;
    Step<AgentState, Effect> step = before.on(event);
    state = step.next();
    status = deviceStatus();
    boolean told =
        step.effects().stream()
            .anyMatch(e -> e instanceof Effect.TellDisrupted || e instanceof Effect.Verify);
    if ((told || !before.equals(state)) && !step.cause().isEmpty()) {
      parts.note(
          "agent",
          step.cause(),
          before.getClass().getSimpleName(),
          state.getClass().getSimpleName());
    }
    if (!before.equals(state)
        || !(event instanceof Event.Probed || event instanceof Event.CheckDue)) {
      checks.restart(settings);
    }
    step.effects().forEach(this::carryOut);
  }

  /** REGISTERING stands for however far the lines have come. */
  private AgentStatus deviceStatus() {
    if (state instanceof AgentState.Stopped) {
      return AgentStatus.STOPPED;
    }
    if (state instanceof AgentState.Suspended) {
      return AgentStatus.SUSPENDED;
    }
    if (state instanceof AgentState.Leasing || state instanceof AgentState.Delaying) {
      return AgentStatus.LEASING;
    }
    return state instanceof AgentState.Probing ? AgentStatus.PROBING : AgentStatus.REGISTERING;
  }

  private void carryOut(Effect effect) {
    if (effect instanceof Effect.WatchAddress) {
      watchAddress();
    } else if (effect instanceof Effect.LeaveAddress) {
      addresses.ifPresent(a -> closeQuietly(restarting ? a::closeForRestart : a));
    } else if (effect instanceof Effect.RestAddress) {
      addresses.ifPresent(a -> guarded("address", a::suspend));
      rounds.probes().forEach(p -> guarded("public-address", p.probe()::suspend));
    } else if (effect instanceof Effect.BeginIn begin) {
      startTimer = parts.loop().schedule(begin.delay(), () -> handle(new Event.DelayOver()));
    } else if (effect instanceof Effect.CancelTimers) {
      startTimer.cancel();
      checks.cancel();
      rounds.cancel();
    } else if (effect instanceof Effect.Probe probe) {
      probe(probe);
    } else if (effect instanceof Effect.Verify verify) {
      lines.forEach(l -> l.verify(verify.cause()));
    } else if (effect instanceof Effect.Locate locate) {
      if (switches.isEmpty()) {
        unregistered = Optional.of(locate); // until DNS names one
      } else {
        lines.forEach(l -> l.locate(locate.location(), locate.cause()));
      }
    } else if (effect instanceof Effect.Unlocate unlocate) {
      unregistered = Optional.empty();
      lines.forEach(l -> l.unlocate(unlocate.cause()));
      if (state instanceof AgentState.Leasing) {
        // Whatever address comes next, no connection that is kept leads anywhere from there.
        platform.http().dropConnections();
      }
    } else {
      tell(effect);
    }
  }

  private void watchAddress() {
    int watch = ++watches;
    AddressContext tools = new SourceTools(parts, platform, e -> sourceFailed(watch, e));
    try {
      AddressSource source =
          Objects.requireNonNull(
              configuration.addressProvider().create(tools), "the address provider's source");
      addresses = Optional.of(source);
      source.start(new AddressEvents());
    } catch (RuntimeException | LinkageError e) {
      watchFailed(e);
    }
  }

  /** A source that fails before there is an address may bring none, ever: another one may. */
  private void sourceFailed(int watch, Throwable thrown) {
    if (watch == watches && state instanceof AgentState.Leasing) {
      watchFailed(thrown);
    } else {
      parts.disrupted("address", thrown.toString(), Optional.empty());
    }
  }

  private void watchFailed(Throwable thrown) {
    Optional<AddressSource> failed = addresses;
    addresses = Optional.empty();
    failed.ifPresent(this::closeQuietly);
    handle(new Event.WatchFailed("what watches the address has failed: " + thrown));
  }

  private void tell(Effect effect) {
    if (effect instanceof Effect.TellSuspended told) {
      parts.tell(l -> l.suspended(told.cause()));
    } else if (effect instanceof Effect.TellResumed told) {
      parts.tell(l -> l.resumed(told.cause()));
    } else if (effect instanceof Effect.TellLease told) {
      parts.tell(l -> l.leased(told.lease(), told.cause()));
    } else if (effect instanceof Effect.TellPublicAddress told) {
      parts.tell(l -> l.publicAddress(told.address(), told.cause()));
    } else if (effect instanceof Effect.TellDisrupted told) {
      parts.tell(l -> l.disrupted(told.what(), told.detail(), told.retryIn()));
    }
  }

  /** Asks all sources at once; the interval to the next round counts from here. */
  private void probe(Effect.Probe effect) {
    checks.schedule(settings);
    if (settings.staticPublicAddress().isPresent()) {
      Verdict verdict =
          new Verdict.Known(
              new PublicAddress(
                  settings.staticPublicAddress().get(), "static-public-address", "set by hand"));
      parts.loop().execute(() -> handle(new Event.Probed(effect.lease(), verdict)));
      return;
    }
    rounds.ask(effect.lease(), effect.current());
  }

  private void probed(Lease lease, Verdict verdict) {
    if (settings.staticPublicAddress().isPresent()) {
      return; // what it is has been said meanwhile
    }
    handle(new Event.Probed(lease, verdict));
  }

  private final class AddressEvents implements AddressSource.Listener {
    @Override
    public void leased(Lease lease, String cause) {
      known.look(lease); // first, as the network may say which switch to ask
      AgentState before = state;
      handle(new Event.Leased(lease, cause));
      if (before.equals(state)) {
        String name = state.getClass().getSimpleName();
        parts.note("agent", cause, name, name); // a lease that was renewed
      }
    }

    @Override
    public void lost(String cause) {
      known.rest();
      handle(new Event.LeaseLost(cause));
    }

    @Override
    public void troubled(String cause, Optional<Duration> retryIn) {
      parts.disrupted("address", cause, retryIn);
    }
  }
}
