// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dhcp;

import io.phoneagent.dhcpmessage.MessageType;
import java.net.Inet4Address;
import java.util.Optional;

/**
 * What is sent to a server: which message, and what of RFC 2131's table 5 differs by the state.
 *
 * @param secs since the device began to ask
 * @param ciaddr the device's address where it has one that it answers at
 * @param requested option 50
 * @param server option 54
 * @param to the server alone; empty for everybody
 */
record Question(
    MessageType type,
    int xid,
    int secs,
    Optional<Inet4Address> ciaddr,
    Optional<Inet4Address> requested,
    Optional<Inet4Address> server,
    Optional<Granted> to) {

  static Question discover(Attempt attempt, long now, Optional<Inet4Address> wanted) {
    return new Question(
        MessageType.DISCOVER,
        attempt.xid(),
        attempt.secs(now),
        Optional.empty(),
        wanted,
        Optional.empty(),
        Optional.empty());
  }

  /** Takes an offer; {@code secs} as in the message that brought it. */
  static Question take(Attempt attempt, int secs, Reply offer) {
    return new Question(
        MessageType.REQUEST,
        attempt.xid(),
        secs,
        Optional.empty(),
        Optional.of(offer.address()),
        Optional.of(offer.server()),
        Optional.empty());
  }

  static Question reboot(Attempt attempt, long now, Inet4Address address) {
    return new Question(
        MessageType.REQUEST,
        attempt.xid(),
        attempt.secs(now),
        Optional.empty(),
        Optional.of(address),
        Optional.empty(),
        Optional.empty());
  }

  static Question renew(Attempt attempt, long now, Granted held) {
    return extend(attempt, now, held, Optional.of(held));
  }

  static Question rebind(Attempt attempt, long now, Granted held) {
    return extend(attempt, now, held, Optional.empty());
  }

  private static Question extend(Attempt attempt, long now, Granted held, Optional<Granted> to) {
    return new Question(
        MessageType.REQUEST,
        attempt.xid(),
        attempt.secs(now),
        Optional.of(held.address()),
        Optional.empty(),
        Optional.empty(),
        to);
  }

  /** Asks what else there is, at an address that the device has from elsewhere. */
  static Question inform(Attempt attempt, long now, Inet4Address address) {
    return new Question(
        MessageType.INFORM,
        attempt.xid(),
        attempt.secs(now),
        Optional.of(address),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  static Question decline(int xid, Granted taken) {
    return new Question(
        MessageType.DECLINE,
        xid,
        0,
        Optional.empty(),
        Optional.of(taken.address()),
        Optional.of(taken.server()),
        Optional.empty());
  }

  static Question release(int xid, Granted held) {
    return new Question(
        MessageType.RELEASE,
        xid,
        0,
        Optional.of(held.address()),
        Optional.empty(),
        Optional.of(held.server()),
        Optional.of(held));
  }
}
