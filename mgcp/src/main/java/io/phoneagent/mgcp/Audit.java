// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.mgcp;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Answers to AUEP and AUCX (RFC 3435, sections 2.3.10 and 2.3.11). */
final class Audit {
  private static final String NO_DESCRIPTION = "v=0\r\n";
  private static final String VERSIONS = MgcpCommand.VERSION + ", MGCP 1.0 NCS 1.0";

  private Audit() {}

  private static List<String> wanted(MgcpCommand command) throws Refusal {
    List<String> codes = new ArrayList<>();
    for (String code : Text.list(command.parameter(ParameterName.REQUESTED_INFO).orElse(""))) {
      codes.add(code.toUpperCase(Locale.ROOT));
    }
    return codes;
  }

  private static Refusal unknown(String code) {
    return new Refusal(
        ReturnCode.UNSUPPORTED_PARAMETER, "nothing is known of " + Text.printable(code, 16));
  }

  static MgcpResponse endpoint(MgcpCommand command, MgcpEndpoint endpoint) throws Refusal {
    MgcpResponse response = command.respond(ReturnCode.OK);
    EventDetection detection = endpoint.detection();
    for (String code : wanted(command)) {
      ParameterName name = new ParameterName(code);
      response =
          switch (code) {
            case "A" -> capabilities(response, endpoint);
            case "B" -> response.with(name, endpoint.bearer());
            case "R" -> response.with(name, RequestedEvent.write(detection.requested()));
            case "S" -> response.with(name, NamedEvent.write(endpoint.signals().active()));
            case "D" ->
                response.with(name, detection.digitMap().map(DigitMap::toString).orElse(""));
            case "X" -> response.with(name, detection.identifier());
            case "N" ->
                response.with(
                    name, endpoint.notifiedEntity().map(NotifiedEntity::toString).orElse(""));
            case "I" -> response.with(name, String.join(",", endpoint.connections().ids()));
            case "O" -> response.with(name, NamedEvent.write(detection.observed()));
            case "Q" -> response.with(name, detection.quarantine().toString());
            case "T" ->
                response.with(
                    name,
                    String.join(
                        ", ",
                        detection.detect().stream()
                            .map(EventName::toString)
                            .collect(Collectors.toList())));
            case "ES" -> response.with(name, NamedEvent.write(endpoint.eventStates()));
            case "E" -> response.with(name, ReasonCode.NOMINAL.toString());
            case "RM" -> response.with(name, endpoint.gateway().lastRestart().text());
            case "RD" -> response.with(name, "0");
            case "PL" -> response.with(name, packages());
            case "MD" ->
                response.with(name, "" + endpoint.gateway().options().limits().datagramBytes());
            case "VS" -> response.with(name, VERSIONS);
            case "ZN" -> response.with(name, "1");
            default -> throw unknown(code);
          };
    }
    return response;
  }

  private static String packages() {
    List<String> texts = new ArrayList<>();
    for (MgcpPackage one : MgcpPackage.ofAnalogLine()) {
      texts.add(one.name() + ':' + one.version());
    }
    return String.join(",", texts);
  }

  private static MgcpResponse capabilities(MgcpResponse response, MgcpEndpoint endpoint) {
    List<String> names = new ArrayList<>();
    MgcpPackage.ofAnalogLine().forEach(one -> names.add(one.name()));
    MgcpResponse more = response;
    for (String line : endpoint.engine().capabilities()) {
      String rest = ", v:" + String.join(";", names) + ", m:sendonly;recvonly;sendrecv;inactive";
      more = more.with(ParameterName.CAPABILITIES, line + rest);
    }
    return more;
  }

  static MgcpResponse connection(MgcpCommand command, MgcpEndpoint endpoint) throws Refusal {
    String id =
        command
            .parameter(ParameterName.CONNECTION_ID)
            .orElseThrow(() -> new Refusal(ReturnCode.PROTOCOL_ERROR, "I: is missing"));
    EndpointConnections.Connection connection =
        endpoint
            .connections()
            .find(id)
            .orElseThrow(() -> new Refusal(ReturnCode.UNKNOWN_CONNECTION, "no such connection"));
    MediaRequest request = connection.request();
    MgcpResponse response = command.respond(ReturnCode.OK);
    Optional<String> local = Optional.empty();
    Optional<String> remote = Optional.empty();
    for (String code : wanted(command)) {
      ParameterName name = new ParameterName(code);
      switch (code) {
        case "C" -> response = response.with(name, request.callId());
        case "N" ->
            response =
                response.with(
                    name, endpoint.notifiedEntity().map(NotifiedEntity::toString).orElse(""));
        case "L" -> response = response.with(name, request.options().toString());
        case "M" -> response = response.with(name, request.mode().text());
        case "P" -> response = response.with(name, connection.stream().statistics().toString());
        case "PL" -> response = response.with(name, packages());
        case "LC" -> local = Optional.of(connection.stream().localDescription());
        case "RC" -> remote = Optional.of(request.remote().orElse(NO_DESCRIPTION));
        default -> throw unknown(code);
      }
    }
    // The local one stands first, whatever the order of the questions.
    if (local.isPresent()) {
      response = response.withDescription(local.get());
    }
    return remote.isPresent() ? response.withDescription(remote.get()) : response;
  }
}
