// SPDX-License-Identifier: Apache-2.0
package com.example.firmware;

import io.phoneagent.AgentListener;
import io.phoneagent.FlowPath;
import io.phoneagent.PhoneAgent;
import io.phoneagent.LineName;
import java.util.Set;

/**
 * A phone that can be called and is not. Says "ready" when it is; to each line of its input it
 * answers with the names of the threads that the SDK has added, and ends with its input.
 */
public final class AtRest implements AgentListener {
  private AtRest() {}

  /** Runs it: switch, authority, number, secret. */
  public static void main(String[] args) throws Exception {
    Set<Thread> before = Thread.getAllStackTraces().keySet();
    try (PhoneAgent agent = Firmware.agent(args, new AtRest())) {
      agent.start();
      for (int read = System.in.read(); read >= 0; read = System.in.read()) {
        if (read == '\n') {
          Thread.getAllStackTraces().keySet().stream()
              .filter(thread -> !before.contains(thread))
              .map(Thread::getName)
              .sorted()
              .forEach(name -> System.out.print(name + ", "));
          System.out.println();
        }
      }
    }
  }

  @Override
  public void flowOpen(LineName line, FlowPath path, String cause) {
    System.out.println("ready");
  }
}
