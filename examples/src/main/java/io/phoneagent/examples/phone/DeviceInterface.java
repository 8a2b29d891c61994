// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.phone;

import io.phoneagent.InvalidSettingException;
import java.io.IOException;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The network interface that a phone is told to use. */
final class DeviceInterface {
  private static final Path LINUX_INTERFACES = Path.of("/sys/class/net");

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
   * The only one that there is beside loopback. Java does not show those without an address, Linux
   * does.
   *
   * @throws InvalidSettingException if there is none, or several
   */
  static String only() {
    try (Stream<Path> all = Files.list(LINUX_INTERFACES)) {
      List<String> found =
          all.map(p -> String.valueOf(p.getFileName()))
              .filter(name -> !name.equals("lo"))
              .sorted()
              .toList();
      if (found.size() != 1) {
        throw new InvalidSettingException(
            "--interface", "is missing for --address dhcp; there are " + String.join(", ", found));
      }
      return found.get(0);
    } catch (IOException e) {
      throw new InvalidSettingException(
          "--interface", "is missing for --address dhcp; write it like eth0");
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
