// SPDX-License-Identifier: Apache-2.0
package com.example.firmware;

import io.phoneagent.AgentListener;
import io.phoneagent.Line;
import io.phoneagent.MacAddress;
import io.phoneagent.PhoneAgent;
import io.phoneagent.PhoneAgentBuilder;
import io.phoneagent.spi.AddressProvider;
import io.phoneagent.spi.PublicRanges;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;

/** A device on loopback, from the four words of a command line: switch, authority, number, secret. */
final class Firmware {
  private Firmware() {}

  static PhoneAgent agent(String[] args, AgentListener listener)
      throws IOException, CertificateException {
    PhoneAgentBuilder builder =
        PhoneAgent.builder()
            .dnsSwitch(URI.create(args[0]))
            .trust(List.of(certificate(Path.of(args[1]))))
            .line(Line.number(args[2]).secret(args[3]))
            // Loopback has none; the end of the number tells the devices apart.
            .macAddress(MacAddress.of("02:00:00:00:00:" + args[2].substring(args[2].length() - 2)))
            .addressProvider(AddressProvider.operatingSystem("lo"))
            .treatAsPublic(PublicRanges.alsoTreating(List.of("127.0.0.0/8")))
            .listener(listener);
    return builder.build();
  }

  private static X509Certificate certificate(Path pem) throws IOException, CertificateException {
    try (InputStream in = Files.newInputStream(pem)) {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
  }
}
