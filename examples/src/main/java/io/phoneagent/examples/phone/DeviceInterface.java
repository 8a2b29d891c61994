// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.phone;

import io.phoneagent.InvalidSettingException;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Arrays;
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
