// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.http;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Optional;

/** The certificate that an operator gives the switch. */
public final class OperatorCertificate {
  private OperatorCertificate() {}

  /**
   * What phones will not like of its time; empty where it holds, or where the file holds none. Only
   * those that trust this very certificate, not its authority, may take it all the same.
   *
   * @param chain a PEM file, the switch's own certificate first
   * @param now when
   */
  public static Optional<String> fault(Path chain, Instant now) {
    try (InputStream in = Files.newInputStream(chain)) {
      if (CertificateFactory.getInstance("X.509").generateCertificate(in)
          instanceof X509Certificate own) {
        return fault(chain, own.getNotBefore().toInstant(), own.getNotAfter().toInstant(), now);
      }
      return Optional.empty();
    } catch (IOException | CertificateException e) {
      return Optional.empty(); // whoever uses the file says so
    }
  }

  private static Optional<String> fault(Path chain, Instant from, Instant to, Instant now) {
    if (now.isAfter(to)) {
      return Optional.of(
          "certificate " + chain + " ended at " + to + ": phones refuse it; give a newer one");
    }
    if (now.isBefore(from)) {
      return Optional.of(
          "certificate "
              + chain
              + " begins at "
              + from
              + ": phones refuse it before; set this machine's clock, or give another one");
    }
    return Optional.empty();
  }
}
