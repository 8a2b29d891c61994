// SPDX-License-Identifier: Apache-2.0
package com.example.firmware;

import io.phoneagent.AgentListener;
import io.phoneagent.Assignment;
import io.phoneagent.FlowPath;
import io.phoneagent.PhoneAgent;
import io.phoneagent.LineName;
import io.phoneagent.PublicAddress;
import java.time.Duration;
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
    Reachable phone = new Reachable();
    try (PhoneAgent agent = Firmware.agent(args, phone)) {
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
    System.out.println("registered " + line);
  }

  @Override
  public void flowOpen(LineName line, FlowPath path, String cause) {
    System.out.println("reachable " + line);
    known.countDown();
  }

  @Override
  public void failed(String what, String detail, Optional<Duration> retryIn) {
    System.err.println(what + ": " + detail);
  }
}
