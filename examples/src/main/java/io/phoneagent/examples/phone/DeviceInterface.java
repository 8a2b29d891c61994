// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.phone;

import io.phoneagent.InvalidSettingException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
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

  /**
   * The address that it has, IPv4 before IPv6.
   *
   * @param name empty for that of the default route, or where there is none for the first interface
   *     that is not loopback
   * @throws InvalidSettingException if there is none
   */
  static InetAddress address(Optional<String> name) {
    Optional<InetAddress> routed =
        name.isPresent()
            ? Optional.empty()
            : Stream.of("192.0.2.1", "2001:db8::1")
                .flatMap(there -> routedTo(there).stream())
                .findFirst();
    if (routed.isPresent()) {
      return routed.get();
    }
    try {
      List<InetAddress> found =
          NetworkInterface.networkInterfaces()
              .filter(one -> name.map(one.getName()::equals).orElseGet(() -> !isLoopback(one)))
              .flatMap(NetworkInterface::inetAddresses)
              .filter(one -> !one.isLinkLocalAddress())
              .sorted(Comparator.comparing(one -> one instanceof Inet6Address))
              .toList();
      if (!found.isEmpty()) {
        return found.get(0);
      }
      throw new InvalidSettingException(
          "--interface",
          name.map(n -> "'" + n + "' has no address").orElse("is missing")
              + "; there are "
              + names());
    } catch (SocketException e) {
      throw new InvalidSettingException("--interface", "the system cannot be asked: " + e);
    }
  }

  /**
   * From which address that one is spoken to; nothing is sent. It is one of documentation, which no
   * route but the default one leads to.
   */
  private static Optional<InetAddress> routedTo(String there) {
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.connect(new InetSocketAddress(there, 9));
      return Optional.of(socket.getLocalAddress())
          .filter(a -> !a.isAnyLocalAddress() && !a.isLoopbackAddress());
    } catch (SocketException | UncheckedIOException e) {
      return Optional.empty();
    }
  }

  private static boolean isLoopback(NetworkInterface one) {
    try {
      return one.isLoopback();
    } catch (SocketException e) {
      return true;
    }
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
