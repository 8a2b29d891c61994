// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.mgcp;

import io.phoneagent.runtime.Timer;
import io.phoneagent.runtime.Timers;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;

/**
 * A gateway, such as an adapter with some telephones: endpoints that one call agent controls (RFC
 * 3435). No I/O: datagrams come in by {@link #receive} and go out by the transport, and time is the
 * timers'. One thread owns it; nothing of it may be called from another one.
 */
public final class MgcpGateway {
  // RFC 3435, section 4.4.7: Tdinit and Tdmin are 15 s, Tdmax is 600 s.
  private static final Duration FIRST_LOST = Duration.ofSeconds(15);
  private static final Duration MOST_LOST = Duration.ofMinutes(10);

  private final Timers timers;
  private final GatewayOptions options;
  private final CallAgents agents;
  private final DoubleSupplier random;
  private final GatewayListener listener;
  private final MgcpTransactions transactions;
  private final Map<String, MgcpEndpoint> endpoints = new LinkedHashMap<>();
  private RestartState state = new RestartState.Off();
  private RestartMethod lastRestart = RestartMethod.RESTART;
  private Optional<List<MgcpPeer>> redirected = Optional.empty();
  private Timer timer = () -> {};
  private RestartState.Times times;
  private boolean lost;
  private List<MgcpPeer> tried = List.of();
  private String profile;

  /**
   * A gateway without lines, switched off.
   *
   * @param random from 0 to 1, for names and pauses
   */
  public MgcpGateway(
      Timers timers,
      MgcpTransport transport,
      CallAgents agents,
      GatewayOptions options,
      DoubleSupplier random,
      GatewayListener listener) {
    this.timers = timers;
    this.options = options;
    this.agents = agents;
    this.random = random;
    this.listener = listener;
    this.profile = options.profile();
    this.times = times(options.mostWaiting());
    this.transactions =
        new MgcpTransactions(
            timers, transport, options.timings(), options.limits(), random, new Commands());
  }

  private final class Commands implements MgcpUser {
    @Override
    public boolean hears(MgcpPeer from) {
      return agents.hears(from);
    }

    @Override
    public void onCommand(IncomingCommand incoming) {
      receive(incoming);
    }
  }

  /**
   * Adds a line: aaln/1, aaln/2 and so on (appendix E.1).
   *
   * @param number 1 and up
   * @param port the telephone's side of it
   * @param engine the network's side of it
   * @return what is told of the telephone
   * @throws IllegalArgumentException if there is one with that number
   */
  public MgcpEndpoint line(int number, AnalogPort port, MediaEngine engine) {
    EndpointName name = EndpointName.analogLine(number, options.domain());
    MgcpEndpoint endpoint = new MgcpEndpoint(this, name, port, engine);
    if (endpoints.putIfAbsent(name.key(), endpoint) != null) {
      throw new IllegalArgumentException("there is a line " + number);
    }
    return endpoint;
  }

  Timers timers() {
    return timers;
  }

  GatewayOptions options() {
    return options;
  }

  CallAgents agents() {
    return agents;
  }

  DoubleSupplier random() {
    return random;
  }

  RestartMethod lastRestart() {
    return lastRestart;
  }

  RestartState state() {
    return state;
  }

  /** How many transactions are remembered. */
  public int transactions() {
    return transactions.size();
  }

  /** Whether the call agent knows it. */
  public boolean isInService() {
    return state instanceof RestartState.InService;
  }

  private static RestartState.Times times(Duration mostWaiting) {
    return new RestartState.Times(mostWaiting, FIRST_LOST, FIRST_LOST, MOST_LOST);
  }

  /**
   * Begins with RSIP, after a random part of the options' longest wait (section 4.4.6), or as soon
   * as somebody lifts a handset or the call agent commands something. May be stopped and begun
   * again; what nobody has answered by then is not said any more.
   */
  public void start() {
    start(options.mostWaiting());
  }

  /**
   * The same with another longest wait.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public void start(Duration mostWaiting) {
    if (mostWaiting.isNegative()) {
      throw new IllegalArgumentException("nobody waits for " + mostWaiting);
    }
    times = times(mostWaiting);
    if (state instanceof RestartState.Off) {
      transactions.close();
    }
    on(RestartEvent.START);
  }

  /** One datagram. */
  public void receive(ByteBuffer datagram, MgcpPeer from) {
    transactions.receive(datagram, from);
  }

  /**
   * The call agent is reached another way now, or may be reached again: what it has not answered is
   * sent there at once. That is no restart, and the call agent is told of none.
   */
  public void moved() {
    transactions.repeatNow();
    if (state instanceof RestartState.Lost) {
      on(RestartEvent.TIMER);
    }
  }

  /** Somebody uses a telephone: nothing waits for a random delay any more. */
  void activity() {
    on(RestartEvent.ACTIVITY);
  }

  private void on(RestartEvent event) {
    RestartState.Step step = state.on(event, timers.nanos(), times, random);
    state = step.next();
    for (RestartState.Effect effect : step.effects()) {
      carryOut(effect);
    }
    if (state instanceof RestartState.Lost && event != RestartEvent.REFUSED && !lost) {
      lost = true;
      listener.disconnected(tried);
    }
  }

  private void carryOut(RestartState.Effect effect) {
    if (effect instanceof RestartState.Effect.Announce announce) {
      lastRestart = announce.method();
      tried = redirected.orElseGet(agents::firstAddresses);
      listener.announcing(announce.method(), tried);
      sendRestart(announce.method(), Duration.ZERO, this::announced);
    } else if (effect instanceof RestartState.Effect.Wait wait) {
      timer.cancel();
      timer = timers.schedule(wait.pause(), () -> on(RestartEvent.TIMER));
    } else if (effect instanceof RestartState.Effect.StopWaiting) {
      timer.cancel();
    } else {
      lost = false;
      listener.inService(lastRestart);
    }
  }

  /** All endpoints in one name. */
  private EndpointName whole() {
    return endpoints.size() == 1
        ? endpoints.values().iterator().next().name()
        : new EndpointName("*", options.domain());
  }

  private void sendRestart(
      RestartMethod method, Duration delay, Consumer<Optional<MgcpResponse>> then) {
    MgcpCommand command =
        MgcpCommand.of(MgcpVerb.RESTART_IN_PROGRESS, 1, whole())
            .with(ParameterName.RESTART_METHOD, method.text());
    if (method == RestartMethod.GRACEFUL || !delay.isZero()) {
      command = command.with(ParameterName.RESTART_DELAY, "" + delay.getSeconds());
    }
    transactions.send(
        command.speaking(profile),
        redirected.orElseGet(agents::firstAddresses),
        new ResponseListener() {
          @Override
          public void onResponse(MgcpResponse response) {
            then.accept(Optional.of(response));
          }

          @Override
          public void onTimeout() {
            then.accept(Optional.empty());
          }
        });
  }

  private void announced(Optional<MgcpResponse> answer) {
    if (!answer.isPresent()) {
      if (redirected.isPresent()) {
        redirected = Optional.empty();
        endpoints.values().forEach(MgcpEndpoint::turnBack);
      }
      on(RestartEvent.SILENCE);
      return;
    }
    MgcpResponse response = answer.get();
    Optional<NotifiedEntity> elsewhere =
        response
            .parameter(ParameterName.NOTIFIED_ENTITY)
            .flatMap(NotifiedEntity::parse)
            .filter(entity -> !agents.addresses(entity).isEmpty());
    if (elsewhere.isPresent()) {
      redirected = elsewhere.map(agents::addresses);
      // Until a later N: says otherwise.
      endpoints.values().forEach(endpoint -> endpoint.turnTo(elsewhere.get()));
    }
    boolean moved = response.code() == ReturnCode.REDIRECTED && elsewhere.isPresent();
    if (!response.isSuccess() && !moved) {
      listener.restartRefused(response.code(), response.comment());
    }
    on(
        response.isSuccess()
            ? RestartEvent.ACCEPTED
            : moved ? RestartEvent.REDIRECTED : RestartEvent.REFUSED);
  }

  /** Sends an endpoint's command; empty where the call agent is not to be talked to now. */
  Optional<OutgoingCommand> send(
      MgcpCommand command, List<MgcpPeer> to, Consumer<Optional<MgcpResponse>> then) {
    if (!state.serves() || to.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        transactions.send(
            command.speaking(profile),
            to,
            new ResponseListener() {
              @Override
              public void onResponse(MgcpResponse response) {
                then.accept(Optional.of(response));
              }

              @Override
              public void onTimeout() {
                tried = to;
                on(RestartEvent.SILENCE);
                then.accept(Optional.empty());
              }
            }));
  }

  private void receive(IncomingCommand incoming) {
    MgcpCommand command = incoming.command();
    String spoken = command.profile();
    profile = spoken.isEmpty() || !GatewayOptions.isProfile(spoken) ? profile : spoken;
    on(RestartEvent.ACTIVITY);
    try {
      refuseUnknown(command);
      EndpointName name = command.endpoint();
      if (name.isSpecific()) {
        executeOne(incoming, find(name));
      } else if (name.isAny() && command.verb().equals(MgcpVerb.CREATE_CONNECTION)) {
        executeAny(incoming);
      } else if (name.isAll() && !name.isAny()) {
        executeAll(incoming);
      } else {
        throw new Refusal(ReturnCode.WILDCARD_TOO_COMPLICATED, "no wildcard for that");
      }
    } catch (Refusal refusal) {
      listener.refused(command, refusal.code(), refusal.comment());
      incoming.respond(command.respond(refusal), outstanding(command.endpoint()));
    }
  }

  private List<OutgoingCommand> outstanding(EndpointName name) {
    List<OutgoingCommand> all = new ArrayList<>();
    for (MgcpEndpoint endpoint : endpoints.values()) {
      if (name.covers(endpoint.name())) {
        all.addAll(endpoint.outstanding());
      }
    }
    return all;
  }

  private void refuseUnknown(MgcpCommand command) throws Refusal {
    for (Parameter parameter : command.parameters()) {
      if (parameter.name().isMandatoryExtension()) {
        throw new Refusal(ReturnCode.UNKNOWN_EXTENSION, "unknown extension " + parameter.name());
      }
    }
    boolean audit =
        command.verb().equals(MgcpVerb.AUDIT_ENDPOINT)
            || command.verb().equals(MgcpVerb.AUDIT_CONNECTION);
    if (!audit && !state.serves()) {
      throw new Refusal(ReturnCode.RESTARTING, "restarting");
    }
  }

  private MgcpEndpoint find(EndpointName name) throws Refusal {
    MgcpEndpoint endpoint = endpoints.get(name.key());
    if (endpoint == null || !name.domain().equalsIgnoreCase(options.domain())) {
      throw new Refusal(ReturnCode.UNKNOWN_ENDPOINT, "unknown endpoint");
    }
    return endpoint;
  }

  private void executeOne(IncomingCommand incoming, MgcpEndpoint endpoint) throws Refusal {
    MgcpResponse response = endpoint.execute(incoming.command(), incoming.from());
    incoming.respond(response, endpoint.outstanding());
    endpoint.settled();
  }

  private void executeAny(IncomingCommand incoming) throws Refusal {
    for (MgcpEndpoint endpoint : endpoints.values()) {
      if (incoming.command().endpoint().covers(endpoint.name()) && endpoint.isFree()) {
        MgcpResponse response = endpoint.execute(incoming.command(), incoming.from());
        incoming.respond(
            response.with(ParameterName.SPECIFIC_ENDPOINT, endpoint.name().toString()),
            endpoint.outstanding());
        endpoint.settled();
        return;
      }
    }
    throw new Refusal(ReturnCode.NO_ENDPOINT_AVAILABLE, "no endpoint is free");
  }

  private void executeAll(IncomingCommand incoming) throws Refusal {
    MgcpCommand command = incoming.command();
    List<MgcpEndpoint> covered = new ArrayList<>();
    for (MgcpEndpoint endpoint : endpoints.values()) {
      if (command.endpoint().covers(endpoint.name())) {
        covered.add(endpoint);
      }
    }
    if (covered.isEmpty()) {
      throw new Refusal(ReturnCode.UNKNOWN_ENDPOINT, "unknown endpoint");
    }
    MgcpResponse response;
    switch (command.verb().text()) {
      case "AUEP" -> response = list(command, covered);
      case "RQNT", "EPCF", "DLCX" -> {
        if (command.parameter(ParameterName.CONNECTION_ID).isPresent()) {
          throw new Refusal(ReturnCode.PROTOCOL_ERROR, "a connection is of one endpoint");
        }
        response = executeEach(command, covered, incoming.from());
      }
      default -> throw new Refusal(ReturnCode.WILDCARD_TOO_COMPLICATED, "no wildcard for that");
    }
    incoming.respond(response, outstanding(command.endpoint()));
    covered.forEach(MgcpEndpoint::settled);
  }

  private static MgcpResponse list(MgcpCommand command, List<MgcpEndpoint> covered) throws Refusal {
    if (command.parameter(ParameterName.REQUESTED_INFO).filter(f -> !f.isEmpty()).isPresent()) {
      throw new Refusal(ReturnCode.PROTOCOL_ERROR, "one endpoint is asked at a time");
    }
    MgcpResponse response = command.respond(ReturnCode.OK);
    for (MgcpEndpoint endpoint : covered) {
      response = response.with(ParameterName.SPECIFIC_ENDPOINT, endpoint.name().toString());
    }
    return response;
  }

  private static MgcpResponse executeEach(
      MgcpCommand command, List<MgcpEndpoint> covered, MgcpPeer from) throws Refusal {
    Optional<Refusal> first = Optional.empty();
    Optional<MgcpResponse> response = Optional.empty();
    for (MgcpEndpoint endpoint : covered) {
      try {
        response = Optional.of(endpoint.execute(command, from));
      } catch (Refusal refusal) {
        first = first.isPresent() ? first : Optional.of(refusal);
      }
    }
    if (!response.isPresent() && first.isPresent()) {
      throw first.get();
    }
    return response.orElseThrow(() -> new IllegalStateException("nobody was asked"));
  }

  /**
   * Says that the gateway is about to go (section 2.3.12): it goes on until {@link #stop} or {@link
   * #cancelLeaving}.
   *
   * @param delay after which it goes at the latest, in whole seconds; not negative
   * @throws IllegalArgumentException if it is negative
   */
  public void leaveGracefully(Duration delay) {
    if (delay.isNegative()) {
      throw new IllegalArgumentException("nobody goes before now: " + delay);
    }
    announce(RestartMethod.GRACEFUL, delay);
  }

  /** It stays after all: {@link #leaveGracefully} is taken back. */
  public void cancelLeaving() {
    announce(RestartMethod.CANCEL_GRACEFUL, Duration.ZERO);
  }

  private void announce(RestartMethod method, Duration delay) {
    if (isInService()) {
      lastRestart = method;
      sendRestart(
          method,
          delay,
          answer -> {
            if (!answer.isPresent()) {
              on(RestartEvent.SILENCE);
            }
          });
    }
  }

  /**
   * Goes: all connections end. It can be started again.
   *
   * @param tell whether the call agent is told (RSIP forced), if it knows the gateway
   * @param gone run once: when the call agent has answered or is given up, or before this returns
   *     where it is not told
   */
  public void stop(boolean tell, Runnable gone) {
    boolean known = isInService();
    on(RestartEvent.STOP);
    endpoints.values().forEach(MgcpEndpoint::reset);
    if (tell && known) {
      lastRestart = RestartMethod.FORCED;
      sendRestart(
          RestartMethod.FORCED,
          Duration.ZERO,
          answer -> {
            transactions.close();
            gone.run();
          });
    } else {
      transactions.close();
      gone.run();
    }
  }
}
