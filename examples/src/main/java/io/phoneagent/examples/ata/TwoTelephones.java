// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.ata;

import io.phoneagent.AgentListener;
import io.phoneagent.FlowPath;
import io.phoneagent.Line;
import io.phoneagent.LineName;
import io.phoneagent.MacAddress;
import io.phoneagent.PhoneAgent;
import io.phoneagent.mgcp.MgcpEndpoint;
import io.phoneagent.mgcp.Tone;
import io.phoneagent.registration.AnalogLine;
import io.phoneagent.spi.AddressProvider;
import java.net.URI;
import java.util.concurrent.CountDownLatch;

/**
 * An adapter with two telephone jacks at our switch: one agent, one MAC address and one watch of
 * the firewall for both, and a number for each. Whoever is at the first calls the second. What its
 * maker writes is what the jacks do, and where the audio goes; here both are told and nothing is
 * heard.
 */
public final class TwoTelephones implements AgentListener {
  private final String dialled;
  private final CountDownLatch reachable = new CountDownLatch(2);
  private final CountDownLatch talking = new CountDownLatch(1);
  private final Caller caller = new Caller();
  private final AnalogLine first = telephone(caller);
  private final AnalogLine second = telephone(new Called());

  private TwoTelephones(String dialled) {
    this.dialled = dialled;
  }

  private static AnalogLine telephone(Jack jack) {
    return AnalogLine.of(jack, (loop, network) -> new SilentMedia("127.0.0.1"));
  }

  /** Runs it until they talk: switch, interface, two numbers, the secret of both. */
  public static void main(String[] args) throws InterruptedException {
    if (args.length != 5) {
      System.err.println("usage: TwoTelephones SWITCH INTERFACE NUMBER NUMBER SECRET");
      return;
    }
    TwoTelephones device = new TwoTelephones(args[3]);
    try (PhoneAgent agent =
        PhoneAgent.builder()
            .dnsSwitch(URI.create(args[0]))
            .macAddress(MacAddress.of("02:00:00:00:04:64"))
            .addressProvider(AddressProvider.operatingSystem(args[1]))
            .line(Line.number(args[2]).secret(args[4]).device(device.first))
            .line(Line.number(args[3]).secret(args[4]).device(device.second))
            .listener(device)
            .build()) {
      agent.start();
      device.reachable.await();
      device.first.use(device.caller::lift);
      device.talking.await();
    }
  }

  @Override
  public void flowOpen(LineName line, FlowPath path, String cause) {
    System.out.println(line + " can be called through " + path.mapped());
    reachable.countDown();
  }

  /** Somebody who lifts the handset and dials when there is a dial tone. */
  private final class Caller extends Jack {
    private boolean hearsRinging;

    Caller() {
      super("first");
    }

    @Override
    public void play(Tone tone, boolean once) {
      super.play(tone, once);
      hearsRinging = tone.name().equals("G/rt");
      if (tone.name().equals("L/dl")) {
        first.use(this::dial);
      }
    }

    private void dial(MgcpEndpoint line) {
      for (char key : dialled.substring(1).toCharArray()) { // numbers are dialled without the plus
        line.digit(key);
      }
    }

    @Override
    public void stopTone() {
      super.stopTone();
      if (hearsRinging) {
        tell("they talk");
        talking.countDown();
      }
    }
  }

  /** Somebody who lifts the handset when it rings. */
  private final class Called extends Jack {
    Called() {
      super("second");
    }

    @Override
    public void ring(boolean on) {
      super.ring(on);
      if (on && !isOffHook()) {
        second.use(this::lift);
      }
    }
  }
}
