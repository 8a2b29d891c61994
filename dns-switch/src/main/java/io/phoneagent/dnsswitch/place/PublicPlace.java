// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.place;

import io.phoneagent.spi.IpLiteral;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Where the switch is reached from outside: the gateway's public address and the port that it
 * forwards. Thread-safe.
 */
public final class PublicPlace {
  private static final int LONGEST = 64;

  private final OptionalInt port;
  private volatile Optional<InetAddress> address;

  /**
   * A place.
   *
   * @param address empty where the switch stands behind no gateway, or does not know it yet
   * @param port the port that is forwarded, if another than the switch's own
   */
  public PublicPlace(Optional<InetAddress> address, OptionalInt port) {
    this.address = address;
    this.port = port;
  }

  /** The gateway's address. */
  public Optional<InetAddress> address() {
    return address;
  }

  /** The port that it forwards, if another than the switch's own; that for TLS is the next one. */
  public OptionalInt port() {
    return port;
  }

  /** The gateway's address is this one now. */
  public void moved(InetAddress now) {
    address = Optional.of(now);
  }

  /** What an earlier run of the switch has kept there; empty where it is none, or not readable. */
  public static Optional<InetAddress> kept(Path file) {
    try {
      if (!Files.isRegularFile(file) || Files.size(file) > LONGEST) {
        return Optional.empty();
      }
      return IpLiteral.parse(Files.readString(file, StandardCharsets.US_ASCII).strip());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * Keeps it for the next run.
   *
   * @throws IOException if it cannot be written
   */
  public static void keep(Path file, InetAddress address) throws IOException {
    Path beside = file.resolveSibling(file.getFileName() + ".new");
    Files.writeString(beside, address.getHostAddress() + "\n", StandardCharsets.US_ASCII);
    Files.move(beside, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }
}
