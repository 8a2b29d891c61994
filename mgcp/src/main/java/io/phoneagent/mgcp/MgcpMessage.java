// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.mgcp;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A command or a response (RFC 3435, section 3). Text stands for octets one to one (ISO 8859-1), so
 * what is not understood is written as it was read.
 */
public sealed interface MgcpMessage extends MgcpInput permits MgcpCommand, MgcpResponse {
  /** From 1 to 999,999,999. */
  int transaction();

  /** The parameter lines, in order. */
  List<Parameter> parameters();

  /** Session descriptions, each with its lines ended by CR LF; at most two. */
  List<String> descriptions();

  /** The line before the parameters. */
  String firstLine();

  /** The value of the first parameter of that name, without white space around it. */
  default Optional<String> parameter(ParameterName name) {
    for (Parameter parameter : parameters()) {
      if (parameter.name().equals(name)) {
        return Optional.of(parameter.value());
      }
    }
    return Optional.empty();
  }

  /** The values of all parameters of that name. */
  default List<String> all(ParameterName name) {
    List<String> values = new ArrayList<>();
    for (Parameter parameter : parameters()) {
      if (parameter.name().equals(name)) {
        values.add(parameter.value());
      }
    }
    return values;
  }

  /** The message as text, each octet one character. */
  default String text() {
    StringBuilder text = new StringBuilder(firstLine()).append("\r\n");
    for (Parameter parameter : parameters()) {
      text.append(parameter.line()).append("\r\n");
    }
    for (String description : descriptions()) {
      text.append("\r\n").append(description);
    }
    return text.toString();
  }

  /** The message as it is sent. */
  default byte[] bytes() {
    return text().getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Several messages in one datagram, in order (section 3.5.7, "piggy-backing"). */
  static byte[] together(List<? extends MgcpMessage> messages) {
    List<String> texts = new ArrayList<>();
    for (MgcpMessage message : messages) {
      texts.add(message.text());
    }
    return String.join(".\r\n", texts).getBytes(StandardCharsets.ISO_8859_1);
  }
}
