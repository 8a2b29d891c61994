// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.address;

import io.phoneagent.MacAddress;
import io.phoneagent.PhoneNumber;
import java.net.InetAddress;
import java.time.Instant;
import java.util.Optional;

/**
 * A unique address and whose it is. One that has run out stays its phone's until another phone
 * needs it.
 *
 * @param address from the pool
 * @param mac the device
 * @param number the line that asked for it first; a device's other lines share it
 * @param until when it runs out
 */
public record AddressLease(
    InetAddress address, MacAddress mac, Optional<PhoneNumber> number, Instant until) {

  boolean holdsAt(Instant now) {
    return until.isAfter(now);
  }
}
