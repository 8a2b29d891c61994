// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.runtime.Clock;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is told of the time of an operator's certificate. */
class OperatorCertificateTest {
  @TempDir private Path directory;

  @Test
  void itsTimeIsToldWhereItDoesNotHold() throws Exception {
    CertificateAuthority.open(directory, Clock.system());
    Path chain = directory.resolve("ca.pem");
    Instant from;
    Instant to;
    try (InputStream in = Files.newInputStream(chain)) {
      X509Certificate it =
          (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
      from = it.getNotBefore().toInstant();
      to = it.getNotAfter().toInstant();
    }
    assertThat(OperatorCertificate.fault(chain, from)).isEmpty();
    assertThat(OperatorCertificate.fault(chain, to)).isEmpty();
    assertThat(OperatorCertificate.fault(chain, to.plusMillis(1)))
        .contains(
            "certificate " + chain + " ended at " + to + ": phones refuse it; give a newer one");
    assertThat(OperatorCertificate.fault(chain, from.minusMillis(1)).orElse(""))
        .contains("begins at " + from, "clock");
  }

  @Test
  void whatIsNoCertificateIsLeftToWhoUsesIt() throws Exception {
    Path none = Files.writeString(directory.resolve("none.pem"), "-----BEGIN CERTIFICATE-----\nx");
    assertThat(OperatorCertificate.fault(none, Instant.EPOCH)).isEmpty();
    assertThat(OperatorCertificate.fault(directory.resolve("nosuch.pem"), Instant.EPOCH)).isEmpty();
  }
}
