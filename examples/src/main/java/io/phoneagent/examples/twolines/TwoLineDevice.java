// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.twolines;

import io.phoneagent.AgentListener;
import io.phoneagent.Call;
import io.phoneagent.FlowPath;
import io.phoneagent.Line;
import io.phoneagent.LineName;
import io.phoneagent.MacAddress;
import io.phoneagent.MediaDescription;
import io.phoneagent.PhoneAgent;
import io.phoneagent.spi.AddressProvider;
import java.net.URI;
import java.util.concurrent.CountDownLatch;

/**
 * An adapter with two telephone jacks: one agent, one address and one watch for both numbers, and a
 * registration and a flow for each. When both can be called, the first calls the second.
 */
public final class TwoLineDevice implements AgentListener {
  // An offer of G.711 on a port that nobody listens to: nothing is heard in this example.
  private static final MediaDescription OFFER =
      new MediaDescription(
          """
          v=0
          o=- 1 1 IN IP4 127.0.0.1
          s=-
          c=IN IP4 127.0.0.1
          t=0 0
          m=audio 9 RTP/AVP 0
          """
              .replace("\n", "\r\n"));

  private final CountDownLatch reachable = new CountDownLatch(2);
  private final CountDownLatch ended = new CountDownLatch(1);

  private TwoLineDevice() {}

  /** Runs it until the call is over: switch, interface, two numbers, the secret of both. */
  public static void main(String[] args) throws InterruptedException {
    if (args.length != 5) {
      System.err.println("usage: TwoLineDevice SWITCH INTERFACE NUMBER NUMBER SECRET");
      return;
    }
    TwoLineDevice device = new TwoLineDevice();
    try (PhoneAgent agent =
        PhoneAgent.builder()
            .dnsSwitch(URI.create(args[0]))
            .macAddress(MacAddress.of("02:00:00:00:02:64"))
            .addressProvider(AddressProvider.operatingSystem(args[1]))
            .line(Line.number(args[2]).secret(args[4]))
            .line(Line.number(args[3]).secret(args[4]).backup(args[2]))
            .onIncomingCall(TwoLineDevice::ring)
            .listener(device)
            .build()) {
      agent.start();
      device.reachable.await();
      agent.line(args[2]).call(args[3], OFFER);
      device.ended.await();
    }
  }

  /** A call names the line it came in on. */
  private static void ring(Call call) {
    System.out.println(call.to() + " rings: " + call.from() + " calls");
    call.reject(486);
  }

  @Override
  public void flowOpen(LineName line, FlowPath path, String cause) {
    System.out.println(line + " can be called through " + path.mapped());
    reachable.countDown();
  }

  @Override
  public void callEnded(Call call, int status, String cause) {
    if (!call.incoming()) {
      System.out.println(call.from() + " heard the busy tone: " + status);
      ended.countDown();
    }
  }
}
