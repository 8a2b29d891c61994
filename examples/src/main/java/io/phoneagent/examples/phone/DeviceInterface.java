// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.phone;

import io.phoneagent.InvalidSettingException;
import java.io.IOException;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
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
   * Checks one that may have no address yet. Java does not show those, Linux does; elsewhere it is
   * left to the DHCP client.
   *
   * @throws InvalidSettingException if it is not there
   */
  static void checkLink(String name) {
    Optional<List<String>> links = links();
    if (links.isPresent() && !links.get().contains(name)) {
      throw new InvalidSettingException(
          "--interface", "there is no '" + name + "'; there are " + String.join(", ", links.get()));
    }
  }

  /**
   * The only one that there is beside loopback.
   *
   * @throws InvalidSettingException if there is none, or several
   */
  static String only() {
    List<String> found = new ArrayList<>(links().orElse(List.of()));
    found.remove("lo");
    if (found.size() != 1) {
      throw new InvalidSettingException(
          "--interface",
          "is missing for --address dhcp and inform; "
              + (found.isEmpty() ? "write it like eth0" : "there are " + String.join(", ", found)));
    }
    return found.get(0);
  }

  private static Optional<List<String>> links() {
    try (Stream<Path> all = Files.list(LINUX_INTERFACES)) {
      return Optional.of(all.map(p -> String.valueOf(p.getFileName())).sorted().toList());
    } catch (IOException e) {
      return Optional.empty();
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
