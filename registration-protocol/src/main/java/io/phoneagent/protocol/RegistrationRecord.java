// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.protocol;

import io.phoneagent.MacAddress;
import io.phoneagent.PhoneNumber;
import io.phoneagent.Protocol;
import io.phoneagent.Transport;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * What the switch knows of a number: the answer of a GET. Holds no secret. Times are milliseconds
 * since 1970 in the message.
 *
 * @param number the number
 * @param mac the device that holds it
 * @param localAddress the address the firewall leased to the device
 * @param uniqueAddress the unique address the switch gave it, if any
 * @param publicAddress the firewall's public address as the phone claimed it
 * @param observedAddress where the last registration came from
 * @param flowAddress where the flow comes from, once one is bound
 * @param verifiedAt when that was last proved
 * @param previous where the phone was before, the latest first
 * @param causes why it registered and why its flow moved, the latest first
 * @param backupNumber where its calls go when it cannot be reached, by the phone or its account
 * @param protocol what the phone speaks
 * @param transport what carries the flow
 * @param endpoint what the switch assigned
 * @param registeredAt when it last registered
 * @param expiresAt until when that holds
 */
public record RegistrationRecord(
    PhoneNumber number,
    MacAddress mac,
    InetAddress localAddress,
    Optional<InetAddress> uniqueAddress,
    Optional<InetAddress> publicAddress,
    InetAddress observedAddress,
    Optional<InetSocketAddress> flowAddress,
    Optional<Instant> verifiedAt,
    List<Previous> previous,
    List<Cause> causes,
    Optional<PhoneNumber> backupNumber,
    Protocol protocol,
    Transport transport,
    AssignedEndpoint endpoint,
    Instant registeredAt,
    Instant expiresAt) {

  /** Copies the lists. */
  public RegistrationRecord {
    previous = Collections.unmodifiableList(new ArrayList<>(previous));
    causes = Collections.unmodifiableList(new ArrayList<>(causes));
  }

  /**
   * Where a phone was before.
   *
   * @param publicAddress what it claimed then
   * @param observedAddress where its registration came from
   * @param flowAddress where its flow came from, if it was ever bound
   * @param until when that ended
   */
  public record Previous(
      Optional<InetAddress> publicAddress,
      InetAddress observedAddress,
      Optional<InetSocketAddress> flowAddress,
      Instant until) {}

  /**
   * Why something changed.
   *
   * @param at when
   * @param cause why, for people
   */
  public record Cause(Instant at, String cause) {}
}
