// SPDX-License-Identifier: Apache-2.0
package com.example.modular;

import io.phoneagent.AgentListener;
import io.phoneagent.Assignment;
import io.phoneagent.FlowPath;
import io.phoneagent.Line;
import io.phoneagent.MacAddress;
import io.phoneagent.PhoneAgent;
import io.phoneagent.LineName;
import io.phoneagent.PublicAddress;
import io.phoneagent.spi.AddressProvider;
import io.phoneagent.spi.PublicRanges;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Learns its public address, registers, becomes reachable, leaves and ends with 0; says what it was told on its way. */
public final class Reachable implements AgentListener {
  /** Two things: its public address, and that its flow is open. */
  private final CountDownLatch known = new CountDownLatch(2);

  private Reachable() {}

  /** Runs it: switch, authority, number, secret. */
  public static void main(String[] args) throws Exception {
    X509Certificate authority;
    try (InputStream in = Files.newInputStream(Path.of(args[1]))) {
      authority =
          (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
    Reachable phone = new Reachable();
    try (PhoneAgent agent =
        PhoneAgent.builder()
            .dnsSwitch(URI.create(args[0]))
            .trust(List.of(authority))
            .line(Line.number(args[2]).secret(args[3]))
            .macAddress(MacAddress.of("02:00:00:00:01:01"))
            .addressProvider(AddressProvider.operatingSystem("lo"))
            .treatAsPublic(PublicRanges.alsoTreating(List.of("127.0.0.0/8")))
            .listener(phone)
            .build()) {
      agent.start();
      if (!phone.known.await(40, TimeUnit.SECONDS)) {
        agent.explain().forEach(System.err::println);
        System.exit(1);
      }
    }
  }

  @Override
  public void publicAddress(PublicAddress address, String cause) {
    System.out.println(
        "public address " + address.address().getHostAddress() + " from " + address.source());
    known.countDown();
  }

  @Override
  public void registered(
      LineName line, Assignment assignment, Optional<PublicAddress> address, String cause) {
    System.out.println("registered " + line + " as " + getClass().getModule());
  }

  @Override
  public void flowOpen(LineName line, FlowPath path, String cause) {
    System.out.println("reachable " + line);
    known.countDown();
  }
}
