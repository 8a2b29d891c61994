// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.system;

import io.phoneagent.AgentListener;
import io.phoneagent.AgentRuntime;
import io.phoneagent.Lease;
import io.phoneagent.Line;
import io.phoneagent.PhoneAgent;
import io.phoneagent.dhcp.AddressCheck;
import io.phoneagent.dhcp.DhcpAddressProvider;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Leases an address on eth0 again and again, with an agent and with udhcpc in turn, each from the
 * beginning, and prints how long each took: the name, a space, milliseconds. Runs in a phone's
 * network.
 */
final class LeaseTimes {
  private static final int WARM_UPS = 5;
  private static final int LONGEST_SECONDS = 30;

  private LeaseTimes() {}

  /**
   * Runs it.
   *
   * @param args the number of rounds
   */
  public static void main(String[] args) throws Exception {
    try (AgentRuntime runtime = AgentRuntime.builder().build()) {
      for (int i = -WARM_UPS; i < Integer.parseInt(args[0]); i++) {
        boolean counts = i >= 0;
        print(counts, DhcpBenchmark.OURS, agent(runtime, AddressCheck.NONE));
        print(counts, DhcpBenchmark.PEER, udhcpc());
        print(counts, DhcpBenchmark.OURS_LOOKING, agent(runtime, AddressCheck.FAST));
        print(counts, DhcpBenchmark.PEER_LOOKING, udhcpc("-a200"));
      }
    }
    System.exit(0);
  }

  private static void print(boolean counts, String what, double millis) {
    if (counts) {
      System.out.printf(Locale.ROOT, "%s %.3f%n", what, millis);
    }
  }

  private static double agent(AgentRuntime runtime, AddressCheck check) throws Exception {
    CompletableFuture<Long> leased = new CompletableFuture<>();
    PhoneAgent agent =
        PhoneAgent.builder()
            // Nobody is there: what is measured comes before.
            .dnsSwitch(URI.create("https://127.0.0.1:1/"))
            .line(Line.number("+15551230001").secret("none"))
            .addressProvider(DhcpAddressProvider.builder("eth0").addressCheck(check).build())
            .runtime(runtime)
            .onIncomingCall(call -> {})
            .listener(
                new AgentListener() {
                  @Override
                  public void leased(Lease lease, String cause) {
                    leased.complete(System.nanoTime());
                  }
                })
            .build();
    long from = System.nanoTime();
    agent.start();
    long at = leased.get(LONGEST_SECONDS, TimeUnit.SECONDS);
    agent.close(); // gives the address back
    return (at - from) / 1e6;
  }

  /** Without a script that sets the address: so it does less than the agent. */
  private static double udhcpc(String... more) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(List.of("udhcpc", "-f", "-q", "-n", "-R", "-i", "eth0", "-s", "/bin/true"));
    command.addAll(List.of(more));
    long from = System.nanoTime();
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (process.waitFor() != 0) {
      throw new IOException("udhcpc got no address");
    }
    return (System.nanoTime() - from) / 1e6;
  }
}
