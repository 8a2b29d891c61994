// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.plugin;

import io.phoneagent.Lease;
import io.phoneagent.spi.IpLiteral;
import io.phoneagent.spi.Probe;
import io.phoneagent.spi.ProbeAnswer;
import io.phoneagent.spi.ProbeContext;
import io.phoneagent.spi.PublicAddressProbe;
import io.phoneagent.spi.PublicRanges;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The public address of a router that the telephone is part of: its own firmware writes it to a
 * file. The system property {@code vendor.wan-address-file} names the file; default {@code
 * /run/wan-address}.
 */
public final class WanAddressFile implements PublicAddressProbe {
  // The longest IPv6 address takes 45 characters.
  private static final int MAX_BYTES = 64;

  private final Path file =
      Path.of(System.getProperty("vendor.wan-address-file", "/run/wan-address"));

  /** For the service loader. */
  public WanAddressFile() {}

  @Override
  public String id() {
    return file.toString();
  }

  @Override
  public Probe create(ProbeContext context) {
    PublicRanges ranges = context.publicRanges();
    return new Probe() {
      @Override
      public CompletionStage<ProbeAnswer> ask(Lease lease) {
        // A file in memory is read at once; what can block has to answer from another thread.
        return CompletableFuture.completedFuture(read(ranges));
      }
    };
  }

  private ProbeAnswer read(PublicRanges ranges) {
    String text;
    try (InputStream in = Files.newInputStream(file)) {
      text = new String(in.readNBytes(MAX_BYTES), StandardCharsets.US_ASCII).trim();
    } catch (IOException e) {
      return new ProbeAnswer.Nothing(file + " cannot be read: " + e.getMessage());
    }
    Optional<InetAddress> address = IpLiteral.parse(text);
    if (address.isEmpty()) {
      return new ProbeAnswer.Nothing(file + " holds no address");
    }
    return ranges.isPublic(address.get())
        ? new ProbeAnswer.Found(address.get())
        : new ProbeAnswer.Nothing(text + " is not public");
  }
}
