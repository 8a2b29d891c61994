// SPDX-License-Identifier: Apache-2.0
package com.example.firmware;

import io.phoneagent.AgentListener;
import io.phoneagent.Assignment;
import io.phoneagent.PhoneAgent;
import io.phoneagent.LineName;
import io.phoneagent.PublicAddress;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Starts one agent after the other, and prints how long each took to be registered. */
public final class Starts {
  private Starts() {}

  /** Runs it: switch, authority, number, secret, how many. A line of microseconds for each. */
  public static void main(String[] args) throws Exception {
    for (int i = 0; i < Integer.parseInt(args[4]); i++) {
      CountDownLatch registered = new CountDownLatch(1);
      AgentListener listener =
          new AgentListener() {
            @Override
            public void registered(
                LineName line,
                Assignment assignment,
                Optional<PublicAddress> address,
                String cause) {
              registered.countDown();
            }
          };
      try (PhoneAgent agent = Firmware.agent(args, listener)) {
        long before = System.nanoTime();
        agent.start();
        if (!registered.await(20, TimeUnit.SECONDS)) {
          throw new IllegalStateException("not registered: " + agent.explain());
        }
        System.out.println((System.nanoTime() - before) / 1000);
      }
    }
  }
}
