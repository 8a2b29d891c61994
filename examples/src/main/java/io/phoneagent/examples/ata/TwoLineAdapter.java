// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.ata;

import io.phoneagent.mgcp.AnalogPort;
import io.phoneagent.mgcp.CallerId;
import io.phoneagent.mgcp.ConnectionStatistics;
import io.phoneagent.mgcp.GatewayListener;
import io.phoneagent.mgcp.GatewayOptions;
import io.phoneagent.mgcp.MediaEngine;
import io.phoneagent.mgcp.MediaRequest;
import io.phoneagent.mgcp.MediaStream;
import io.phoneagent.mgcp.MgcpEndpoint;
import io.phoneagent.mgcp.NotifiedEntity;
import io.phoneagent.mgcp.RestartMethod;
import io.phoneagent.mgcp.Tone;
import io.phoneagent.registration.MgcpAdapter;
import io.phoneagent.runtime.NioLoop;
import io.phoneagent.runtime.SystemNetwork;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
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
            jack.offHook = true;
            line.offHook();
            jack.offHook = false;
            line.onHook();
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

  /** A jack: here the chip that rings and plays would be driven. */
  private static final class Jack implements AnalogPort {
    private final String name;
    private boolean offHook;

    Jack(String name) {
      this.name = name;
    }

    private void tell(String what) {
      System.out.println(name + ": " + what);
    }

    @Override
    public boolean isOffHook() {
      return offHook;
    }

    @Override
    public void ring(boolean on) {
      tell(on ? "rings" : "is quiet");
    }

    @Override
    public void showCaller(CallerId caller) {
      tell(caller.number() + " calls");
    }

    @Override
    public void play(Tone tone, boolean once) {
      tell("plays " + tone.hertz() + " Hz");
    }

    @Override
    public void stopTone() {
      tell("plays nothing");
    }

    @Override
    public void showMessages(boolean waiting) {}

    @Override
    public void interruptCurrent(boolean off) {}
  }

  /** Where RTP and codecs would be driven; it says a port that nobody listens to. */
  private record SilentMedia(String address) implements MediaEngine, MediaStream {
    @Override
    public List<String> capabilities() {
      return List.of("a:PCMU, p:20, e:off, s:off");
    }

    @Override
    public MediaStream open(MediaRequest request) {
      return this;
    }

    @Override
    public String localDescription() {
      return "v=0\r\no=- 1 1 IN IP4 %1$s\r\ns=-\r\nc=IN IP4 %1$s\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\n"
          .formatted(address);
    }

    @Override
    public void change(MediaRequest request) {}

    @Override
    public ConnectionStatistics statistics() {
      return ConnectionStatistics.nothing();
    }

    @Override
    public void close() {}
  }
}
