// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.call;

import io.phoneagent.PhoneNumber;
import io.phoneagent.mgcp.CallAgents;
import io.phoneagent.mgcp.GatewayListener;
import io.phoneagent.mgcp.GatewayOptions;
import io.phoneagent.mgcp.MgcpGateway;
import io.phoneagent.mgcp.MgcpLimits;
import io.phoneagent.mgcp.MgcpPeer;
import io.phoneagent.mgcp.MgcpTimings;
import io.phoneagent.mgcp.MgcpTransactions;
import io.phoneagent.mgcp.NotifiedEntity;
import io.phoneagent.mgcp.ReturnCode;
import io.phoneagent.testkit.VirtualTime;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * A whole fleet of telephones by MGCP restarts in the same moment, on virtual time: when the call
 * agent hears of each. Prints the curve, its peak over its mean, and when the last one was in
 * service; ends with 1 where that is worse than it may be. The argument is how many there are.
 */
final class RestartBenchmark {
  private static final Duration MOST = GatewayOptions.of("gw").mostWaiting();
  private static final Duration MORE = Duration.ofSeconds(5);
  private static final double MOST_OVER_MEAN = 3;
  private static final int BARS = 20;

  private RestartBenchmark() {}

  /** Runs both. */
  public static void main(String[] args) {
    int telephones = Integer.parseInt(args[0]);
    List<Long> asked = switched(telephones);
    boolean good =
        asked.size() == telephones
            && report("with the switch, which asks one after the other", asked);
    List<Long> alone = alone(telephones);
    good &= alone.size() == telephones && report("with a call agent that asks nobody", alone);
    System.exit(good ? 0 : 1);
  }

  /** When each was in service, in nanoseconds; on their flows, behind a firewall each. */
  private static List<Long> switched(int telephones) {
    World world = new World();
    List<Telephone> fleet = new ArrayList<>();
    for (int i = 0; i < telephones; i++) {
      PhoneNumber number = new PhoneNumber("+155500" + (10_000 + i));
      world.account(number);
      fleet.add(world.telephoneSoon(number));
    }
    // They are registered already: what is measured begins when the flow of each is open.
    fleet.forEach(Telephone::proveLater);
    long began = world.time.nanos();
    fleet.forEach(telephone -> telephone.flow().bind());
    world.pass(MOST.plus(MORE));
    return fleet.stream()
        .filter(telephone -> telephone.gateway.isInService())
        .map(telephone -> telephone.announcedAt - began)
        .toList();
  }

  /** A gateway, as the call agent reaches it. */
  private static final class Peer implements MgcpPeer {
    private Optional<MgcpGateway> gateway = Optional.empty();

    void receive(ByteBuffer message, MgcpPeer from) {
      gateway.orElseThrow().receive(message, from);
    }
  }

  private static List<Long> alone(int telephones) {
    VirtualTime time = new VirtualTime();
    Random random = new Random(11);
    List<Long> times = new ArrayList<>();
    MgcpPeer agentAddress = MgcpPeer.of(new InetSocketAddress(World.TRUNK.getAddress(), 2727));
    MgcpTransactions agent =
        new MgcpTransactions(
            time,
            (message, to) -> ((Peer) to).receive(message, agentAddress),
            MgcpTimings.standard(),
            MgcpLimits.defaults().transactions(telephones),
            random::nextDouble,
            incoming -> {
              times.add(time.nanos());
              incoming.respond(incoming.command().respond(ReturnCode.OK));
            });
    List<MgcpGateway> fleet = new ArrayList<>();
    for (int i = 0; i < telephones; i++) {
      Peer peer = new Peer();
      MgcpGateway gateway =
          new MgcpGateway(
              time,
              (message, to) ->
                  time.schedule(Duration.ofMillis(20), () -> agent.receive(message, peer)),
              new OneAgent(agentAddress),
              GatewayOptions.of("gw" + i),
              random::nextDouble,
              new GatewayListener() {});
      peer.gateway = Optional.of(gateway);
      fleet.add(gateway);
    }
    long began = time.nanos();
    fleet.forEach(MgcpGateway::start);
    time.advance(MOST.plus(MORE));
    boolean all = fleet.stream().allMatch(MgcpGateway::isInService);
    return all ? times.stream().map(at -> at - began).toList() : List.of();
  }

  private record OneAgent(MgcpPeer address) implements CallAgents {
    @Override
    public List<MgcpPeer> addresses(NotifiedEntity entity) {
      return firstAddresses();
    }

    @Override
    public boolean hears(MgcpPeer from) {
      return true;
    }

    @Override
    public Optional<NotifiedEntity> first() {
      return Optional.empty();
    }

    @Override
    public List<MgcpPeer> firstAddresses() {
      return List.of(address);
    }
  }

  private static boolean report(String what, List<Long> times) {
    int last = (int) (times.stream().mapToLong(t -> t).max().orElse(0) / 1_000_000_000L);
    int[] curve = new int[last + 1];
    times.forEach(t -> curve[(int) (t / 1_000_000_000L)]++);
    double mean = (double) times.size() / curve.length;
    int peak = 0;
    for (int second : curve) {
      peak = Math.max(peak, second);
    }
    System.out.printf("%n%s: restarts that the call agent hears of%n", what);
    int step = (curve.length + BARS - 1) / BARS;
    for (int from = 0; from < curve.length; from += step) {
      int to = Math.min(from + step, curve.length);
      int sum = 0;
      for (int second = from; second < to; second++) {
        sum += curve[second];
      }
      double rate = (double) sum / (to - from);
      System.out.printf(
          "%4d to %3d s %7.1f a second %s%n", from, to, rate, "#".repeat((int) (40 * rate / peak)));
    }
    System.out.printf(
        "%d in service, the last after %d s (%d s are allowed); %d a second at most,"
            + " %.1f on average: %.2f times%n",
        times.size(), last + 1, MOST.plus(MORE).getSeconds(), peak, mean, peak / mean);
    return last < MOST.plus(MORE).getSeconds() && peak <= MOST_OVER_MEAN * mean;
  }
}
