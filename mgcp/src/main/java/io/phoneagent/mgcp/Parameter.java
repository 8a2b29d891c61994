// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.mgcp;

import java.util.Objects;

/**
 * One parameter line, without its end.
 *
 * @param line as written, the name with its colon included
 */
public record Parameter(String line) {

  public Parameter {
    Objects.requireNonNull(line, "line");
    int colon = line.indexOf(':');
    if (colon < 1
        || !ParameterName.isName(line.substring(0, colon))
        || line.indexOf('\n') >= 0
        || line.indexOf('\r') >= 0) {
      throw new IllegalArgumentException("not a parameter line");
    }
  }

  /** A line made of a name and a value, which may be empty. */
  public static Parameter of(ParameterName name, String value) {
    return new Parameter(value.isEmpty() ? name + ":" : name + ": " + value);
  }

  /** What is before the colon. */
  public ParameterName name() {
    return new ParameterName(line.substring(0, line.indexOf(':')));
  }

  /** Without white space around it; may be empty. */
  public String value() {
    return line.substring(line.indexOf(':') + 1).trim();
  }
}
