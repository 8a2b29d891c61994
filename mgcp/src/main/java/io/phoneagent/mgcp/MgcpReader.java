// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.mgcp;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Reads datagrams (RFC 3435, appendix A). Lines may end with CR LF or LF alone. Each message is
 * judged by itself: a malformed one does not spoil its neighbours. Immutable.
 */
public final class MgcpReader {
  private final MgcpLimits limits;

  /** A reader that refuses what is larger. */
  public MgcpReader(MgcpLimits limits) {
    this.limits = limits;
  }

  /** The messages of a datagram, in order; the buffer is not changed. */
  public List<MgcpInput> read(ByteBuffer datagram) {
    if (datagram.remaining() > limits.datagramBytes()) {
      return List.of(MalformedMgcp.silent("longer than " + limits.datagramBytes() + " octets"));
    }
    byte[] octets = new byte[datagram.remaining()];
    datagram.duplicate().get(octets);
    List<MgcpInput> inputs = new ArrayList<>();
    List<String> lines = new ArrayList<>();
    for (String line : lines(new String(octets, StandardCharsets.ISO_8859_1))) {
      if (!line.equals(".")) {
        lines.add(line);
        continue;
      }
      if (inputs.size() + 1 >= limits.messages()) {
        inputs.add(MalformedMgcp.silent("more than " + limits.messages() + " messages"));
        return inputs;
      }
      inputs.add(message(lines));
      lines.clear();
    }
    inputs.add(message(lines));
    return inputs;
  }

  private static List<String> lines(String text) {
    List<String> lines = new ArrayList<>();
    int begin = 0;
    while (begin < text.length()) {
      int end = text.indexOf('\n', begin);
      int after = end < 0 ? text.length() : end;
      int last = after > begin && text.charAt(after - 1) == '\r' ? after - 1 : after;
      lines.add(text.substring(begin, last));
      begin = after + 1;
    }
    return lines;
  }

  private MgcpInput message(List<String> lines) {
    if (lines.isEmpty() || lines.get(0).isEmpty()) {
      return MalformedMgcp.silent("empty");
    }
    String first = lines.get(0);
    if (first.length() > limits.lineBytes()) {
      return MalformedMgcp.silent("a first line longer than " + limits.lineBytes() + " octets");
    }
    String[] words = first.trim().split("[ \t]+", -1);
    boolean response = Text.isDigit(first.charAt(0));
    int transaction = words.length < 2 ? -1 : Text.number(words[1]);
    if (transaction < 1) {
      return MalformedMgcp.silent("no transaction in the first line");
    }
    try {
      Body body = body(lines);
      return response ? response(first, transaction, body) : command(words, transaction, body);
    } catch (Refusal refusal) {
      return response
          ? MalformedMgcp.silent(refusal.comment())
          : new MalformedMgcp(refusal.comment(), refusal.code(), transaction);
    }
  }

  private record Body(List<Parameter> parameters, List<String> descriptions) {}

  private static Refusal error(String reason) {
    return new Refusal(ReturnCode.PROTOCOL_ERROR, reason);
  }

  private static MgcpInput command(String[] words, int transaction, Body body) throws Refusal {
    if (!MgcpVerb.isVerb(words[0])) {
      throw error("no verb");
    }
    if (words.length < 5 || !words[3].equalsIgnoreCase("MGCP")) {
      throw error("not VERB TRANSACTION ENDPOINT MGCP 1.0");
    }
    Optional<EndpointName> endpoint = EndpointName.parse(words[2]);
    if (!endpoint.isPresent()) {
      throw error("no endpoint name");
    }
    if (!words[4].matches("[0-9]{1,9}\\.[0-9]{1,9}")) {
      throw error("no version");
    }
    if (!words[4].equals("1.0")) {
      throw new Refusal(ReturnCode.INCOMPATIBLE_VERSION, "MGCP 1.0 is spoken here");
    }
    Set<ParameterName> seen = new HashSet<>();
    for (Parameter parameter : body.parameters()) {
      if (!seen.add(parameter.name()) && !parameter.name().mayRepeat()) {
        throw error(parameter.name() + " stands there twice");
      }
    }
    StringBuilder version = new StringBuilder(words[3]);
    for (int i = 4; i < words.length; i++) {
      version.append(' ').append(words[i]);
    }
    return new MgcpCommand(
        new MgcpVerb(words[0].toUpperCase(Locale.ROOT)),
        transaction,
        endpoint.get(),
        version.toString(),
        body.parameters(),
        body.descriptions());
  }

  private static MgcpInput response(String first, int transaction, Body body) throws Refusal {
    String[] words = first.trim().split("[ \t]+", 3);
    int code = words[0].length() == 3 ? Text.number(words[0]) : -1;
    if (code < 0) {
      throw error("no return code");
    }
    String rest = words.length < 3 ? "" : words[2];
    Optional<String> packageName = Optional.empty();
    if (rest.startsWith("/")) {
      int end = rest.indexOf(' ');
      packageName = Optional.of(rest.substring(1, end < 0 ? rest.length() : end));
      rest = end < 0 ? "" : rest.substring(end + 1).trim();
    }
    return new MgcpResponse(
        code, transaction, packageName, rest, body.parameters(), body.descriptions());
  }

  private Body body(List<String> lines) throws Refusal {
    List<Parameter> parameters = new ArrayList<>();
    int at = 1;
    while (at < lines.size() && !lines.get(at).isEmpty()) {
      String line = lines.get(at++);
      if (line.length() > limits.lineBytes()) {
        throw error("a line longer than " + limits.lineBytes() + " octets");
      }
      if (parameters.size() == limits.parameters()) {
        throw error("more than " + limits.parameters() + " parameters");
      }
      int colon = line.indexOf(':');
      if (colon < 1 || !ParameterName.isName(line.substring(0, colon)) || line.indexOf('\r') >= 0) {
        throw error("not a parameter line");
      }
      parameters.add(new Parameter(line));
    }
    return new Body(parameters, descriptions(lines, at));
  }

  private List<String> descriptions(List<String> lines, int from) throws Refusal {
    List<String> descriptions = new ArrayList<>();
    StringBuilder open = new StringBuilder();
    for (int at = from; at <= lines.size(); at++) {
      String line = at < lines.size() ? lines.get(at) : "";
      if (!line.isEmpty()) {
        open.append(line).append("\r\n");
      } else if (open.length() > 0) {
        descriptions.add(open.toString());
        open.setLength(0);
      }
      if (open.length() > limits.descriptionBytes() || descriptions.size() > 2) {
        throw error("more session description than is taken");
      }
    }
    return descriptions;
  }
}
