// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.mgcp;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A response (RFC 3435, section 3.3).
 *
 * @param code 0 to 999
 * @param packageName the package that defines the code, where one is named
 * @param comment for people; may be empty
 * @param descriptions the local one first where there are two (section 3.3.9)
 */
public record MgcpResponse(
    int code,
    int transaction,
    Optional<String> packageName,
    String comment,
    List<Parameter> parameters,
    List<String> descriptions)
    implements MgcpMessage {

  public MgcpResponse {
    Objects.requireNonNull(packageName, "packageName");
    Objects.requireNonNull(comment, "comment");
    parameters = List.copyOf(parameters);
    descriptions = List.copyOf(descriptions);
    if (code < 0 || code > 999 || transaction < 1 || transaction > 999_999_999) {
      throw new IllegalArgumentException("a code has three digits, a transaction one to nine");
    }
  }

  /** A response without parameters, with the usual comment of its code. */
  public static MgcpResponse of(int code, int transaction) {
    return new MgcpResponse(
        code, transaction, Optional.empty(), ReturnCode.text(code), List.of(), List.of());
  }

  /** The same with another comment, cut to 128 characters of printable ASCII. */
  public MgcpResponse commented(String text) {
    return new MgcpResponse(
        code, transaction, packageName, Text.printable(text, 128), parameters, descriptions);
  }

  /** The same with one more parameter, as the last line. */
  public MgcpResponse with(ParameterName name, String value) {
    List<Parameter> more = new ArrayList<>(parameters);
    more.add(Parameter.of(name, value));
    return new MgcpResponse(code, transaction, packageName, comment, more, descriptions);
  }

  /**
   * The same with one more session description.
   *
   * @param description lines ended by CR LF
   */
  public MgcpResponse withDescription(String description) {
    List<String> more = new ArrayList<>(descriptions);
    more.add(description);
    return new MgcpResponse(code, transaction, packageName, comment, parameters, more);
  }

  /** 100 or 101: the final response is still to come. */
  public boolean isProvisional() {
    return code >= 100 && code < 200;
  }

  /** 000: the other end has our final response (section 3.5.6). */
  public boolean isAcknowledgement() {
    return code < 100;
  }

  /** 200 to 299: it was done. */
  public boolean isSuccess() {
    return code >= 200 && code < 300;
  }

  @Override
  public String firstLine() {
    StringBuilder line = new StringBuilder();
    line.append((char) ('0' + code / 100))
        .append((char) ('0' + code / 10 % 10))
        .append((char) ('0' + code % 10))
        .append(' ')
        .append(transaction);
    packageName.ifPresent(name -> line.append(" /").append(name));
    return (comment.isEmpty() ? line : line.append(' ').append(comment)).toString();
  }
}
