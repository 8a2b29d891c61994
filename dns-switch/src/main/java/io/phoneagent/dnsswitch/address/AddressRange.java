// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.address;

import io.phoneagent.InvalidSettingException;
import io.phoneagent.protocol.AddressLiteral;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The IPv4 addresses of a pool: all of a network but its first and its last.
 *
 * @param first the network's first address, as a number
 * @param prefixLength 8 to 30
 */
public record AddressRange(int first, int prefixLength) {
  /** The benchmarking network (RFC 2544), which neither the internet nor carriers' NATs use. */
  public static final AddressRange DEFAULT = of("198.18.0.0/15");

  /**
   * Reads {@code 198.18.0.0/15}.
   *
   * @throws InvalidSettingException if it is no IPv4 network of 4 to 16,777,216 addresses, or one
   *     whose addresses no device can have
   */
  public static AddressRange of(String cidr) {
    int slash = cidr.indexOf('/');
    Optional<InetAddress> address =
        slash < 0 ? Optional.empty() : AddressLiteral.parse(cidr.substring(0, slash));
    String length = cidr.substring(slash + 1);
    if (address.isEmpty()
        || !(address.get() instanceof Inet4Address)
        || !length.matches("[0-9]{1,2}")
        || Integer.parseInt(length) < 8
        || Integer.parseInt(length) > 30) {
      throw new InvalidSettingException(
          "address-pool",
          "'" + cidr + "' is no IPv4 network of /8 to /30; write it like 198.18.0.0/15");
    }
    int prefixLength = Integer.parseInt(length);
    int value = number(address.get());
    int first = value & (-1 << (32 - prefixLength));
    if (first != value) {
      throw new InvalidSettingException(
          "address-pool",
          "'"
              + cidr
              + "' has bits beyond its length; did you mean "
              + AddressLiteral.format(address(first))
              + "/"
              + prefixLength
              + "?");
    }
    notForDevices(first >>> 24)
        .ifPresent(
            why -> {
              throw new InvalidSettingException(
                  "address-pool",
                  "'"
                      + cidr
                      + "' "
                      + why
                      + ", no network whose addresses devices have; write one like 198.18.0.0/15");
            });
    return new AddressRange(first, prefixLength);
  }

  /** What a network is, by its first octet, that no device has an address of (RFC 6890). */
  private static Optional<String> notForDevices(int octet) {
    if (octet == 0) {
      return Optional.of("is of 0.0.0.0/8, 'this network'");
    }
    if (octet == 127) {
      return Optional.of("is of 127.0.0.0/8, loopback");
    }
    if (octet >= 240) {
      return Optional.of("is of 240.0.0.0/4, reserved");
    }
    return octet >= 224 ? Optional.of("is of 224.0.0.0/4, multicast") : Optional.empty();
  }

  /** How many addresses can be handed out. */
  public int size() {
    return (1 << (32 - prefixLength)) - 2;
  }

  /** Whether an address lies in the network, first and last included. */
  public boolean contains(InetAddress address) {
    return address instanceof Inet4Address
        && (number(address) & (-1 << (32 - prefixLength))) == first;
  }

  /**
   * One that can be handed out.
   *
   * @param index 0 to size - 1
   */
  InetAddress at(int index) {
    return address(first + 1 + index);
  }

  /** Its index; empty if it cannot be handed out. */
  Optional<Integer> indexOf(InetAddress address) {
    int index = contains(address) ? number(address) - first - 1 : -1;
    return index >= 0 && index < size() ? Optional.of(index) : Optional.empty();
  }

  private static int number(InetAddress address) {
    return ByteBuffer.wrap(address.getAddress()).getInt();
  }

  private static InetAddress address(int number) {
    try {
      return InetAddress.getByAddress(ByteBuffer.allocate(4).putInt(number).array());
    } catch (UnknownHostException e) {
      throw new IllegalStateException("four octets are an address", e);
    }
  }

  /** As {@link #of} reads it. */
  @Override
  public String toString() {
    return AddressLiteral.format(address(first)) + "/" + prefixLength;
  }
}
