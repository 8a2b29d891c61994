// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.mgcp;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A command (RFC 3435, section 3.2).
 *
 * @param transaction from 1 to 999,999,999
 * @param version what stands after the endpoint, such as "MGCP 1.0 NCS 1.0"
 * @param descriptions session descriptions, their lines ended by CR LF
 */
public record MgcpCommand(
    MgcpVerb verb,
    int transaction,
    EndpointName endpoint,
    String version,
    List<Parameter> parameters,
    List<String> descriptions)
    implements MgcpMessage {
  /** What this end speaks. */
  public static final String VERSION = "MGCP 1.0";

  public MgcpCommand {
    Objects.requireNonNull(verb, "verb");
    Objects.requireNonNull(endpoint, "endpoint");
    Objects.requireNonNull(version, "version");
    parameters = List.copyOf(parameters);
    descriptions = List.copyOf(descriptions);
    if (transaction < 1 || transaction > 999_999_999) {
      throw new IllegalArgumentException("a transaction is from 1 to 999,999,999");
    }
  }

  /** A command without parameters; {@link #with} adds them. */
  public static MgcpCommand of(MgcpVerb verb, int transaction, EndpointName endpoint) {
    return new MgcpCommand(verb, transaction, endpoint, VERSION, List.of(), List.of());
  }

  /** The same with one more parameter, as the last line. */
  public MgcpCommand with(ParameterName name, String value) {
    List<Parameter> more = new ArrayList<>(parameters);
    more.add(Parameter.of(name, value));
    return new MgcpCommand(verb, transaction, endpoint, version, more, descriptions);
  }

  /**
   * The same with one more session description.
   *
   * @param description lines ended by CR LF
   */
  public MgcpCommand withDescription(String description) {
    List<String> more = new ArrayList<>(descriptions);
    more.add(description);
    return new MgcpCommand(verb, transaction, endpoint, version, parameters, more);
  }

  /** The same under another transaction. */
  public MgcpCommand under(int number) {
    return new MgcpCommand(verb, number, endpoint, version, parameters, descriptions);
  }

  /**
   * What is spoken beside MGCP 1.0, such as "NCS 1.0" (section 3.2.1.4); empty where that is
   * nothing.
   */
  public String profile() {
    return version.length() > VERSION.length() ? version.substring(VERSION.length()).trim() : "";
  }

  /** The same in a profile; an empty one is none. */
  public MgcpCommand speaking(String profile) {
    String spoken = profile.isEmpty() ? VERSION : VERSION + ' ' + profile;
    return new MgcpCommand(verb, transaction, endpoint, spoken, parameters, descriptions);
  }

  /** Whether it is of the cable networks' profile, where package L has more names. */
  boolean isOfCable() {
    return profile().regionMatches(true, 0, "NCS ", 0, 4);
  }

  /** A response to it, without parameters. */
  public MgcpResponse respond(int code) {
    return MgcpResponse.of(code, transaction);
  }

  MgcpResponse respond(Refusal refusal) {
    return MgcpResponse.of(refusal.code(), transaction).commented(refusal.comment());
  }

  @Override
  public String firstLine() {
    return verb + " " + transaction + " " + endpoint + " " + version;
  }
}
