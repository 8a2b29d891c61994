// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.phone;

import io.phoneagent.InvalidSettingException;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The network interface that a phone is told to use. */
final class DeviceInterface {
  private DeviceInterface() {}

  /**
   * Checks it.
   *
   * @param macGiven whether the device's hardware address is told otherwise
   * @throws InvalidSettingException if it is not there, or has no hardware address and none is
   *     given
   */
  static void check(String name, boolean macGiven) {
    try {
      NetworkInterface found = NetworkInterface.getByName(name);
      if (found == null) {
        throw new InvalidSettingException(
            "--interface", "there is no '" + name + "'; there are " + names());
      }
      if (!macGiven && !hasMac(found.getHardwareAddress())) {
        throw new InvalidSettingException(
            "--mac", name + " has no hardware address; give the device's own with --mac");
      }
    } catch (SocketException e) {
      throw new InvalidSettingException("--interface", name + " cannot be looked at: " + e);
    }
  }

  /**
   * The only one that there is beside loopback.
   *
   * @throws InvalidSettingException if there is none, or several
   */
  static String only() {
    try {
      List<String> found = new ArrayList<>();
      for (NetworkInterface each : Collections.list(NetworkInterface.getNetworkInterfaces())) {
        if (!each.isLoopback() && hasMac(each.getHardwareAddress())) {
          found.add(each.getName());
        }
      }
      if (found.size() != 1) {
        throw new InvalidSettingException(
            "--interface", "is missing for --address dhcp; there are " + names());
      }
      return found.get(0);
    } catch (SocketException e) {
      throw new InvalidSettingException("--interface", "the system shows none: " + e);
    }
  }

  private static boolean hasMac(byte @Nullable [] octets) {
    return octets != null && !Arrays.equals(octets, new byte[octets.length]);
  }

  private static String names() throws SocketException {
    return NetworkInterface.networkInterfaces()
        .map(NetworkInterface::getName)
        .sorted()
        .collect(Collectors.joining(", "));
  }
}
