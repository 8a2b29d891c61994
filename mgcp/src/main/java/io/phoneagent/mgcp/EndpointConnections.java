// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.mgcp;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleSupplier;

/** The connections of one endpoint (RFC 3435, sections 2.3.5 to 2.3.8). */
final class EndpointConnections {
  /** One of them. */
  static final class Connection {
    private final MediaStream stream;
    private MediaRequest request;

    private Connection(MediaRequest request, MediaStream stream) {
      this.request = request;
      this.stream = stream;
    }

    MediaRequest request() {
      return request;
    }

    MediaStream stream() {
      return stream;
    }

    private void change(MediaRequest next) throws Refusal {
      stream.change(next);
      request = next;
    }
  }

  private final MediaEngine engine;
  private final DoubleSupplier random;
  private final int most;
  private final Map<String, Connection> all = new LinkedHashMap<>();

  EndpointConnections(MediaEngine engine, DoubleSupplier random, int most) {
    this.engine = engine;
    this.random = random;
    this.most = most;
  }

  boolean isEmpty() {
    return all.isEmpty();
  }

  List<Connection> all() {
    return List.copyOf(all.values());
  }

  List<String> ids() {
    return List.copyOf(all.keySet());
  }

  Optional<Connection> find(String id) {
    return Optional.ofNullable(all.get(id.toUpperCase(Locale.ROOT)));
  }

  private Connection named(MgcpCommand command, String id) throws Refusal {
    Connection found =
        find(Text.hex(id, "I:"))
            .orElseThrow(() -> new Refusal(ReturnCode.UNKNOWN_CONNECTION, "no such connection"));
    Optional<String> call = command.parameter(ParameterName.CALL_ID);
    if (call.isPresent() && !call.get().equalsIgnoreCase(found.request().callId())) {
      throw new Refusal(ReturnCode.UNKNOWN_CALL, "the connection is of another call");
    }
    return found;
  }

  private static Optional<String> remote(MgcpCommand command) throws Refusal {
    List<String> descriptions = command.descriptions();
    if (descriptions.size() > 1) {
      throw new Refusal(ReturnCode.BAD_DESCRIPTION, "one session description is enough");
    }
    if (!descriptions.isEmpty() && !descriptions.get(0).startsWith("v=0\r\n")) {
      throw new Refusal(ReturnCode.BAD_DESCRIPTION, "no session description");
    }
    return descriptions.isEmpty() ? Optional.empty() : Optional.of(descriptions.get(0));
  }

  private static void refuseSecond(MgcpCommand command) throws Refusal {
    if (command.parameter(ParameterName.SECOND_ENDPOINT).isPresent()
        || command.parameter(ParameterName.SECOND_CONNECTION_ID).isPresent()) {
      throw new Refusal(
          ReturnCode.UNSUPPORTED_FUNCTION, "endpoints are not connected to each other here");
    }
  }

  /** CRCX. */
  Connection create(MgcpCommand command) throws Refusal {
    refuseSecond(command);
    String call =
        Text.hex(
            command
                .parameter(ParameterName.CALL_ID)
                .orElseThrow(() -> new Refusal(ReturnCode.PROTOCOL_ERROR, "C: is missing")),
            "C:");
    ConnectionMode mode =
        ConnectionMode.parse(
            command
                .parameter(ParameterName.MODE)
                .orElseThrow(() -> new Refusal(ReturnCode.PROTOCOL_ERROR, "M: is missing")));
    ConnectionOptions options =
        ConnectionOptions.parse(command.parameter(ParameterName.CONNECTION_OPTIONS).orElse(""));
    Optional<String> remote = remote(command);
    if (mode.sends() && !remote.isPresent()) {
      throw new Refusal(ReturnCode.MISSING_DESCRIPTION, "who sends needs to know where to");
    }
    if (all.size() >= most) {
      throw new Refusal(ReturnCode.TOO_MANY_CONNECTIONS, "no more than " + most);
    }
    MediaRequest request = new MediaRequest(call, freshId(), options, mode, remote);
    Connection made = new Connection(request, engine.open(request));
    all.put(request.connectionId(), made);
    return made;
  }

  private String freshId() {
    String id;
    do {
      id = Long.toHexString((long) (random.getAsDouble() * 0xFFFFFFFFL) + all.size() + 1);
      id = id.toUpperCase(Locale.ROOT);
    } while (all.containsKey(id));
    return id;
  }

  /**
   * MDCX.
   *
   * @return the connection, whose description is to be told where it is another one now
   */
  Connection modify(MgcpCommand command) throws Refusal {
    refuseSecond(command);
    String id =
        command
            .parameter(ParameterName.CONNECTION_ID)
            .orElseThrow(() -> new Refusal(ReturnCode.PROTOCOL_ERROR, "I: is missing"));
    if (!command.parameter(ParameterName.CALL_ID).isPresent()) {
      throw new Refusal(ReturnCode.PROTOCOL_ERROR, "C: is missing");
    }
    Connection connection = named(command, id);
    MediaRequest before = connection.request();
    Optional<String> mode = command.parameter(ParameterName.MODE);
    Optional<String> options = command.parameter(ParameterName.CONNECTION_OPTIONS);
    Optional<String> remote = remote(command);
    MediaRequest next =
        new MediaRequest(
            before.callId(),
            before.connectionId(),
            options.isPresent()
                ? ConnectionOptions.parse(options.get()).over(before.options())
                : before.options(),
            mode.isPresent() ? ConnectionMode.parse(mode.get()) : before.mode(),
            remote.isPresent() ? remote : before.remote());
    if (next.mode().sends() && !next.remote().isPresent()) {
      throw new Refusal(ReturnCode.MISSING_DESCRIPTION, "who sends needs to know where to");
    }
    if (!next.equals(before)) {
      connection.change(next);
    }
    return connection;
  }

  /** DLCX: those that it names; all of a call, or all there are, where it names none. */
  List<Connection> toDelete(MgcpCommand command) throws Refusal {
    Optional<String> ids = command.parameter(ParameterName.CONNECTION_ID);
    Optional<String> call = command.parameter(ParameterName.CALL_ID);
    List<Connection> found = new ArrayList<>();
    if (ids.isPresent()) {
      if (!call.isPresent()) {
        throw new Refusal(ReturnCode.PROTOCOL_ERROR, "C: is missing");
      }
      for (String id : Text.list(ids.get())) {
        found.add(named(command, id));
      }
      return found;
    }
    if (!call.isPresent()) {
      return all();
    }
    String wanted = Text.hex(call.get(), "C:");
    for (Connection one : all.values()) {
      if (one.request().callId().equalsIgnoreCase(wanted)) {
        found.add(one);
      }
    }
    if (found.isEmpty()) {
      throw new Refusal(ReturnCode.UNKNOWN_CALL, "no connection of that call");
    }
    return found;
  }

  /** Ends one, and tells what it has carried. */
  ConnectionStatistics close(Connection connection) {
    all.remove(connection.request().connectionId());
    ConnectionStatistics statistics = connection.stream().statistics();
    connection.stream().close();
    return statistics;
  }

  void closeAll() {
    List.copyOf(all.values()).forEach(this::close);
  }

  /**
   * Action S: what was heard is not, and the other way round. Each active connection becomes
   * inactive, each inactive one active.
   */
  void swapModes() {
    for (Connection one : all.values()) {
      MediaRequest before = one.request();
      ConnectionMode mode =
          before.mode() == ConnectionMode.INACTIVE && before.remote().isPresent()
              ? ConnectionMode.SEND_RECEIVE
              : ConnectionMode.INACTIVE;
      try {
        one.change(
            new MediaRequest(
                before.callId(), before.connectionId(), before.options(), mode, before.remote()));
      } catch (Refusal refusal) {
        // It stays as it was: nobody has asked who could be told.
      }
    }
  }
}
