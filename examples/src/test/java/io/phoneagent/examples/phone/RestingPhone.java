// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.phone;

import io.phoneagent.AgentListener;
import io.phoneagent.FlowPath;
import io.phoneagent.Line;
import io.phoneagent.LineName;
import io.phoneagent.MacAddress;
import io.phoneagent.PhoneAgent;
import io.phoneagent.ReregistrationSchedule;
import io.phoneagent.spi.AddressProvider;
import io.phoneagent.spi.PublicAddressProbe;
import io.phoneagent.spi.PublicRanges;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A program with one agent in it: prints, again and again, the threads that the agent added. */
final class RestingPhone {
  // Threads that were needed on the way up end after 5 s.
  private static final long REST_MILLIS = 6_500;
  private static final int LOOKS = 60;

  private RestingPhone() {}

  public static void main(String[] args) throws InterruptedException {
    Set<Thread> before = new HashSet<>(Thread.getAllStackTraces().keySet());
    CountDownLatch open = new CountDownLatch(1);
    PhoneAgent agent =
        PhoneAgent.builder()
            .dnsSwitch(URI.create(args[0]))
            .line(Line.number(args[1]).secret(args[2]))
            .trust(Certificates.read("--ca", Path.of(args[3])))
            .macAddress(MacAddress.of("02:00:00:00:01:64"))
            .addressProvider(AddressProvider.operatingSystem("lo"))
            .publicAddressProbe(PublicAddressProbe.httpGet(args[4]))
            .treatAsPublic(PublicRanges.alsoTreating(List.of("127.0.0.0/8")))
            .reregistration(ReregistrationSchedule.checkEvery(Duration.ofSeconds(1)))
            .listener(
                new AgentListener() {
                  @Override
                  public void flowOpen(LineName line, FlowPath path, String cause) {
                    open.countDown();
                  }
                })
            .build();
    agent.start();
    open.await();
    pause(REST_MILLIS);
    for (int i = 0; i < LOOKS; i++) {
      Set<String> added = new TreeSet<>();
      for (Thread thread : Thread.getAllStackTraces().keySet()) {
        if (!before.contains(thread)) {
          added.add(thread.getName() + "#" + thread.getId());
        }
      }
      System.out.println("threads " + added);
      pause(53);
    }
    agent.close();
  }

  private static void pause(long millis) throws InterruptedException {
    new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
  }
}
