// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.ata;

import io.phoneagent.mgcp.GatewayListener;
import io.phoneagent.mgcp.GatewayOptions;
import io.phoneagent.mgcp.MgcpEndpoint;
import io.phoneagent.mgcp.NotifiedEntity;
import io.phoneagent.mgcp.RestartMethod;
import io.phoneagent.registration.MgcpAdapter;
import io.phoneagent.runtime.NioLoop;
import io.phoneagent.runtime.SystemNetwork;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/**
 * An adapter with two telephone jacks for a call agent of others: what its maker writes is what the
 * jacks do, and where the audio goes. Here both are told and nothing is heard.
 */
public final class TwoLineAdapter implements GatewayListener {
  private final CountDownLatch known = new CountDownLatch(1);

  private TwoLineAdapter() {}

  /** Runs it until the second handset was lifted once: call agent, own address, own name. */
  public static void main(String[] args) throws IOException, InterruptedException {
    if (args.length != 3) {
      System.err.println("usage: TwoLineAdapter CALL-AGENT ADDRESS NAME");
      return;
    }
    TwoLineAdapter device = new TwoLineAdapter();
    CountDownLatch gone = new CountDownLatch(1);
    try (NioLoop loop =
        NioLoop.start("adapter", defect -> System.out.println("defect: " + defect))) {
      MgcpAdapter adapter =
          MgcpAdapter.open(
              loop,
              new SystemNetwork(loop),
              NotifiedEntity.parse(args[0]).orElseThrow(),
              new InetSocketAddress(args[1], 0),
              GatewayOptions.of(args[2]).waitingAtMost(Duration.ZERO), // alone on its desk
              device);
      Jack jack = new Jack("second");
      adapter.line(1, new Jack("first"), new SilentMedia(args[1]));
      MgcpEndpoint line = adapter.line(2, jack, new SilentMedia(args[1]));
      loop.execute(adapter::start);
      device.known.await();
      loop.execute(
          () -> {
            jack.lift(line);
            jack.putDown(line);
            adapter.close(gone::countDown);
          });
      gone.await();
    }
  }

  @Override
  public void inService(RestartMethod method) {
    System.out.println("the call agent knows both lines");
    known.countDown();
  }
}
