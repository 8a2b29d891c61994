// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.mgcp;

import io.phoneagent.runtime.Timer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One analogue line of a gateway: what the telephone does comes in by {@link #offHook} and so on,
 * what the call agent wants goes out by {@link AnalogPort} and {@link MediaEngine}. Called on the
 * thread that owns the gateway.
 */
public final class MgcpEndpoint {
  private final MgcpGateway gateway;
  private final EndpointName name;
  private final AnalogPort port;
  private final MediaEngine engine;
  private final EventCatalog catalog;
  private final EventCatalog cablesCatalog;
  private final EndpointConnections connections;
  private final EventDetection detection;
  private final SignalPlayer signals;
  private Optional<NotifiedEntity> notified = Optional.empty();
  private Optional<List<MgcpPeer>> peers = Optional.empty();
  private Optional<OutgoingCommand> notification = Optional.empty();
  private String bearer = "e:mu";
  private Timer digitTimer = () -> {};

  MgcpEndpoint(MgcpGateway gateway, EndpointName name, AnalogPort port, MediaEngine engine) {
    this.gateway = gateway;
    this.name = name;
    this.port = port;
    this.engine = engine;
    this.catalog = new EventCatalog(engine.events());
    this.cablesCatalog = catalog.ofCable();
    this.connections =
        new EndpointConnections(engine, gateway.random(), gateway.options().mostConnections());
    this.signals = new SignalPlayer(gateway.timers(), port, this::happened);
    this.detection = new EventDetection(new DetectionEffects());
  }

  private final class DetectionEffects implements EventDetection.Effects {
    @Override
    public void notify(List<NamedEvent> observed) {
      sendNotify(observed);
    }

    @Override
    public void stopSignals() {
      signals.stopTimeOuts();
    }

    @Override
    public void signal(List<NamedEvent> wanted) {
      signals.give(wanted);
    }

    @Override
    public void startDigitTimer(boolean critical) {
      digitTimer.cancel();
      GatewayOptions options = gateway.options();
      digitTimer =
          gateway
              .timers()
              .schedule(critical ? options.digitShort() : options.digitLong(), detection::timedOut);
    }

    @Override
    public void stopDigitTimer() {
      digitTimer.cancel();
    }

    @Override
    public void swapModes() {
      connections.swapModes();
    }
  }

  /** What the call agent calls it, such as aaln/1@ata.example.net. */
  public EndpointName name() {
    return name;
  }

  MgcpGateway gateway() {
    return gateway;
  }

  MediaEngine engine() {
    return engine;
  }

  EndpointConnections connections() {
    return connections;
  }

  EventDetection detection() {
    return detection;
  }

  SignalPlayer signals() {
    return signals;
  }

  String bearer() {
    return bearer;
  }

  Optional<NotifiedEntity> notifiedEntity() {
    return notified.isPresent() ? notified : gateway.agents().first();
  }

  /** Whether nobody uses it: it is on the hook, and has no connections. */
  public boolean isFree() {
    return connections.isEmpty() && !port.isOffHook();
  }

  /** The handset was lifted. */
  public void offHook() {
    gateway.activity();
    signals.stopRinging();
    happened(NamedEvent.of(EventName.of("L", "hd")));
  }

  /** The handset was put down. */
  public void onHook() {
    gateway.activity();
    signals.stopTimeOuts();
    happened(NamedEvent.of(EventName.of("L", "hu")));
  }

  /** The hook was tapped. */
  public void flash() {
    gateway.activity();
    happened(NamedEvent.of(EventName.of("L", "hf")));
  }

  /**
   * A key was pressed.
   *
   * @param key 0 to 9, A to D in either case, * or #
   * @throws IllegalArgumentException if it is another character
   */
  public void digit(char key) {
    if ("0123456789ABCD*#".indexOf(Character.toUpperCase(key)) < 0) {
      throw new IllegalArgumentException("no key: " + key);
    }
    happened(NamedEvent.of(EventName.of("D", String.valueOf(key).toLowerCase(Locale.ROOT))));
  }

  /**
   * Something has happened to a connection's media (package R). Without effect if there is no such
   * connection.
   *
   * @param event such as "ma", which {@link MediaEngine#events} has as "R/ma"
   */
  public void mediaEvent(String connectionId, String event, String... parameters) {
    if (connections.find(connectionId).isPresent()) {
      happened(NamedEvent.of(EventName.of("R", event).on(connectionId), parameters));
    }
  }

  /**
   * A fax or a modem was heard on the line (package G).
   *
   * @param event "ft" or "mt", which {@link MediaEngine#events} has as "G/ft" or "G/mt"
   */
  public void toneDetected(String event) {
    happened(NamedEvent.of(EventName.of("G", event)));
  }

  /**
   * The media of a connection has failed: the endpoint deletes it (section 2.3.9).
   *
   * @return whether there was such a connection
   */
  public boolean connectionFailed(String connectionId, ReasonCode reason) {
    Optional<EndpointConnections.Connection> found = connections.find(connectionId);
    found.ifPresent(
        connection -> {
          ConnectionStatistics carried = connections.close(connection);
          MgcpCommand command =
              MgcpCommand.of(MgcpVerb.DELETE_CONNECTION, 1, name)
                  .with(ParameterName.CALL_ID, connection.request().callId())
                  .with(ParameterName.CONNECTION_ID, connection.request().connectionId())
                  .with(ParameterName.REASON_CODE, reason.toString())
                  .with(ParameterName.CONNECTION_PARAMETERS, carried.toString());
          gateway.send(command, addresses(), response -> {});
        });
    return found.isPresent();
  }

  private void happened(NamedEvent event) {
    detection.happened(event);
  }

  private List<MgcpPeer> addresses() {
    return peers.orElseGet(() -> gateway.agents().firstAddresses());
  }

  private void sendNotify(List<NamedEvent> observed) {
    MgcpCommand command = MgcpCommand.of(MgcpVerb.NOTIFY, 1, name);
    if (notified.isPresent()) {
      command = command.with(ParameterName.NOTIFIED_ENTITY, notified.get().toString());
    }
    command =
        command
            .with(ParameterName.REQUEST_IDENTIFIER, detection.identifier())
            .with(ParameterName.OBSERVED_EVENTS, NamedEvent.write(observed));
    notification = gateway.send(command, addresses(), response -> notified(response));
    if (!notification.isPresent()) {
      detection.answered();
    }
  }

  /** The notification is settled; the response may name another call agent. */
  private void notified(Optional<MgcpResponse> response) {
    notification = Optional.empty();
    response
        .flatMap(one -> one.parameter(ParameterName.NOTIFIED_ENTITY))
        .flatMap(NotifiedEntity::parse)
        .ifPresent(this::turnTo);
    detection.answered();
  }

  /** Its call agent is the first one again. */
  void turnBack() {
    notified = Optional.empty();
    peers = Optional.empty();
  }

  void turnTo(NotifiedEntity entity) {
    List<MgcpPeer> addresses = gateway.agents().addresses(entity);
    if (!addresses.isEmpty()) {
      notified = Optional.of(entity);
      peers = Optional.of(addresses);
    }
  }

  /** What has not been answered yet, to go first with a response. */
  List<OutgoingCommand> outstanding() {
    return notification.map(List::of).orElse(List.of());
  }

  List<NamedEvent> eventStates() {
    return List.of(NamedEvent.of(EventName.of("L", port.isOffHook() ? "hd" : "hu")));
  }

  /** Executes a command, whole or not at all. */
  MgcpResponse execute(MgcpCommand command, MgcpPeer from) throws Refusal {
    Optional<NotifiedEntity> entity = entity(command);
    Optional<NotificationRequest> request =
        NotificationRequest.of(command, command.isOfCable() ? cablesCatalog : catalog);
    if (request.isPresent()) {
      check(request.get());
    }
    MgcpResponse response = carryOut(command);
    entity.ifPresent(this::turnTo);
    if (command.parameter(ParameterName.NOTIFIED_ENTITY).filter(String::isEmpty).isPresent()) {
      notified = Optional.empty();
      peers = Optional.of(List.of(from));
    }
    request.ifPresent(
        one -> {
          detection.request(one);
          signals.give(one.signals());
        });
    return response;
  }

  private MgcpResponse carryOut(MgcpCommand command) throws Refusal {
    String verb = command.verb().text();
    return switch (verb) {
      case "CRCX" -> {
        EndpointConnections.Connection made = connections.create(command);
        yield command
            .respond(ReturnCode.OK)
            .with(ParameterName.CONNECTION_ID, made.request().connectionId())
            .withDescription(made.stream().localDescription());
      }
      case "MDCX" -> modify(command);
      case "DLCX" -> delete(command);
      case "RQNT" -> command.respond(ReturnCode.OK);
      case "EPCF" -> configure(command);
      case "AUEP" -> Audit.endpoint(command, this);
      case "AUCX" -> Audit.connection(command, this);
      default -> throw new Refusal(ReturnCode.UNKNOWN_COMMAND, "an endpoint does not know " + verb);
    };
  }

  private Optional<NotifiedEntity> entity(MgcpCommand command) throws Refusal {
    Optional<String> text =
        command.parameter(ParameterName.NOTIFIED_ENTITY).filter(one -> !one.isEmpty());
    if (!text.isPresent()) {
      return Optional.empty();
    }
    NotifiedEntity entity =
        NotifiedEntity.parse(text.get())
            .orElseThrow(() -> new Refusal(ReturnCode.PROTOCOL_ERROR, "N: is no call agent"));
    if (gateway.agents().addresses(entity).isEmpty()) {
      throw new Refusal(ReturnCode.UNSUPPORTED_PARAMETER, "N: is not talked to");
    }
    return Optional.of(entity);
  }

  /** What the telephone's state does not allow (RFC 3435, section 2.3.3; RFC 3660, section 2.5). */
  private void check(NotificationRequest request) throws Refusal {
    boolean offHook = port.isOffHook();
    boolean wait = request.asksFor("hd") && !detection.hasKept(EventName.of("L", "hd"));
    if (offHook && wait) {
      throw new Refusal(ReturnCode.OFF_HOOK, "the phone is off hook already");
    }
    boolean hangs = request.asksFor("hu") && !detection.hasKept(EventName.of("L", "hu"));
    if (!offHook && hangs) {
      throw new Refusal(ReturnCode.ON_HOOK, "the phone is on hook already");
    }
    for (NamedEvent signal : request.signals()) {
      if (signal.name().packageName().filter("L"::equals).isPresent()) {
        check(signal.name().event(), offHook);
      }
    }
    if (request.needsDigitMap()
        && !request.digitMap().isPresent()
        && !detection.digitMap().isPresent()) {
      throw new Refusal(ReturnCode.NO_DIGIT_MAP, "there is no digit map");
    }
  }

  private static void check(String signal, boolean offHook) throws Refusal {
    switch (signal) {
      case "rg", "rs", "r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7" -> {
        if (offHook) {
          throw new Refusal(ReturnCode.OFF_HOOK, "a phone that is off hook does not ring");
        }
      }
      case "ci", "vmwi", "osi" -> {}
      default -> {
        if (!offHook) {
          throw new Refusal(ReturnCode.ON_HOOK, "a phone that is on hook hears no tone");
        }
      }
    }
  }

  private MgcpResponse modify(MgcpCommand command) throws Refusal {
    Optional<EndpointConnections.Connection> before =
        command.parameter(ParameterName.CONNECTION_ID).flatMap(connections::find);
    String was = before.map(one -> one.stream().localDescription()).orElse("");
    EndpointConnections.Connection connection = connections.modify(command);
    String now = connection.stream().localDescription();
    boolean tell =
        !now.equals(was) || command.parameter(ParameterName.CONNECTION_OPTIONS).isPresent();
    MgcpResponse response = command.respond(ReturnCode.OK);
    return tell ? response.withDescription(now) : response;
  }

  private MgcpResponse delete(MgcpCommand command) throws Refusal {
    boolean one =
        command.parameter(ParameterName.CONNECTION_ID).filter(id -> !id.contains(",")).isPresent();
    List<ConnectionStatistics> carried = new ArrayList<>();
    for (EndpointConnections.Connection connection : connections.toDelete(command)) {
      carried.add(connections.close(connection));
    }
    MgcpResponse response = command.respond(ReturnCode.DELETED);
    return one && carried.size() == 1
        ? response.with(ParameterName.CONNECTION_PARAMETERS, carried.get(0).toString())
        : response;
  }

  private MgcpResponse configure(MgcpCommand command) throws Refusal {
    String text = command.parameter(ParameterName.BEARER_INFORMATION).orElse("");
    for (String part : Text.list(text)) {
      String encoding = part.toLowerCase(Locale.ROOT).replace(" ", "");
      if (!encoding.equals("e:mu") && !encoding.equals("e:a")) {
        throw new Refusal(ReturnCode.UNSUPPORTED_PARAMETER, "B: is e:A or e:mu");
      }
      bearer = encoding.equals("e:a") ? "e:A" : "e:mu";
    }
    return command.respond(ReturnCode.OK);
  }

  /** After the response has gone. */
  void settled() {
    detection.lookAtKept();
  }

  /** Connections, signals and requests end: it has restarted, or is out of service. */
  void reset() {
    notification.ifPresent(OutgoingCommand::abandon);
    notification = Optional.empty();
    connections.closeAll();
    signals.reset();
    digitTimer.cancel();
    detection.reset();
    notified = Optional.empty();
    peers = Optional.empty();
  }
}
