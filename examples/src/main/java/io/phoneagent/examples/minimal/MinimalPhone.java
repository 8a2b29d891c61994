// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.minimal;

import io.phoneagent.AgentListener;
import io.phoneagent.FlowPath;
import io.phoneagent.Line;
import io.phoneagent.LineName;
import io.phoneagent.MacAddress;
import io.phoneagent.PhoneAgent;
import io.phoneagent.ReregistrationSchedule;
import io.phoneagent.spi.AddressProvider;
import io.phoneagent.spi.PublicAddressProbe;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/** The shortest phone: reachable, and always busy. */
public final class MinimalPhone implements AgentListener {
  /** Runs it: switch, number, secret, interface. */
  public static void main(String[] args) throws InterruptedException {
    if (args.length != 4) {
      System.err.println("usage: MinimalPhone SWITCH NUMBER SECRET INTERFACE");
      return;
    }
    PhoneAgent agent =
        PhoneAgent.builder()
            .dnsSwitch(URI.create(args[0]))
            .line(Line.number(args[1]).secret(args[2]).backup("+15551239999"))
            .macAddress(MacAddress.of("02:00:00:00:01:64"))
            .addressProvider(AddressProvider.operatingSystem(args[3]))
            .publicAddressProbe(PublicAddressProbe.httpGet("/status"))
            .reregistration(ReregistrationSchedule.checkEvery(Duration.ofSeconds(1)))
            .onIncomingCall(call -> call.reject(486))
            .listener(new MinimalPhone())
            .build();
    agent.start();
    Thread.currentThread().join();
  }

  @Override
  public void flowOpen(LineName line, FlowPath path, String cause) {
    System.out.println(line + " can be called through " + path.mapped());
  }

  @Override
  public void disrupted(String what, String detail, Optional<Duration> retryIn) {
    System.out.println(what + ": " + detail + retryIn.map(t -> "; again in " + t).orElse(""));
  }

  @Override
  public void failed(String what, String detail, Optional<Duration> retryIn) {
    System.out.println(what + ": " + detail);
  }
}
