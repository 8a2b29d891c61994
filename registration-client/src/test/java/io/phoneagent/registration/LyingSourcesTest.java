// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.AgentListener;
import io.phoneagent.AgentStatus;
import io.phoneagent.Assignment;
import io.phoneagent.FlowPath;
import io.phoneagent.LineName;
import io.phoneagent.PublicAddress;
import io.phoneagent.ReregistrationSchedule;
import io.phoneagent.spi.AgentConfiguration;
import io.phoneagent.spi.Probe;
import io.phoneagent.spi.ProbeAnswer;
import io.phoneagent.spi.ProbeContext;
import io.phoneagent.spi.PublicAddressProbe;
import io.phoneagent.spi.Viewpoint;
import io.phoneagent.testkit.VirtualNat;
import io.phoneagent.testkit.VirtualNetwork;
import io.phoneagent.testkit.VirtualTime;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A phone with one true source of its public address among all kinds of bad ones. */
class LyingSourcesTest {
  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private static final int DAYS = 7;

  private final PhoneOnVirtualTime world = new PhoneOnVirtualTime();
  private final VirtualTime time = world.time;
  private final VirtualNetwork network = world.network;
  private final VirtualNat nat = world.nat;
  private final Random random = new Random(7);
  private final List<String> falseNews = new ArrayList<>();
  private final List<Long> foundAtNanos = new ArrayList<>();
  private final List<Long> registeredAtNanos = new ArrayList<>();
  private InetAddress old = nat.publicAddress();
  private boolean trueSourceIsSilent;
  private int moves;
  private final VirtualSwitch dnsSwitch = world.dnsSwitch;
  private RunningAgent agent;

  @BeforeEach
  void build() {
    network.delay(Duration.ofMillis(10));
    AgentConfiguration.Builder configuration =
        world
            .builder(new FixedAddress())
            .schedule(ReregistrationSchedule.checkEvery(INTERVAL))
            .callHandler(call -> {})
            .listener(new Events());
    configuration.probe(source("liar", 1, now -> address(99)));
    configuration.probe(source("slow", 3_000, now -> now));
    configuration.probe(
        source("flapping", 2, now -> random.nextInt(5) == 0 ? address(random.nextInt(50)) : now));
    configuration.probe(source("stale", 4, now -> old));
    configuration.probe(silent());
    configuration.probe(source("true", 5, now -> now));
    agent = world.agent(configuration);
  }

  private static InetAddress address(int last) {
    return Samples.address("203.0.113." + (100 + last));
  }

  /** A source that says something of the address as it is when it is asked, so much later. */
  private PublicAddressProbe source(
      String name, int millis, Function<InetAddress, InetAddress> says) {
    return probe(
        name,
        () -> {
          CompletableFuture<ProbeAnswer> answer = new CompletableFuture<>();
          ProbeAnswer said =
              trueSourceIsSilent && name.equals("true")
                  ? new ProbeAnswer.Nothing("away")
                  : new ProbeAnswer.Found(says.apply(nat.publicAddress()));
          time.schedule(Duration.ofMillis(millis), () -> answer.complete(said));
          return answer;
        });
  }

  private static PublicAddressProbe silent() {
    return probe("silent", CompletableFuture::new);
  }

  private interface Asked {
    CompletionStage<ProbeAnswer> ask();
  }

  private static PublicAddressProbe probe(String name, Asked asked) {
    return new PublicAddressProbe() {
      @Override
      public String id() {
        return name;
      }

      @Override
      public Viewpoint viewpoint() {
        return Viewpoint.OUTSIDE;
      }

      @Override
      public Probe create(ProbeContext context) {
        return lease -> asked.ask();
      }
    };
  }

  private final class Events implements AgentListener {
    @Override
    public void publicAddress(PublicAddress address, String cause) {
      foundAtNanos.add(time.nanos());
      if (!address.address().equals(nat.publicAddress())) {
        falseNews.add(cause);
      }
    }

    @Override
    public void reregistered(
        LineName line, Assignment assignment, Optional<PublicAddress> address, String cause) {
      registeredAtNanos.add(time.nanos());
      address
          .filter(a -> !a.address().equals(nat.publicAddress()))
          .ifPresent(a -> falseNews.add("registered " + a));
    }

    @Override
    public void flowMoved(LineName line, FlowPath path, String cause) {
      moves++;
    }
  }

  private void goOnline() {
    agent.start();
    time.advance(Duration.ofSeconds(15)); // the first round waits for the silent one
    assertThat(agent.status()).isEqualTo(AgentStatus.REACHABLE);
  }

  @Test
  void aWeekAmongBadSourcesHasNoFalseRegistrationAndMissesNoChange() {
    goOnline();
    int registrations = registeredAtNanos.size();
    int changes = 0;
    long slowest = 0;
    Duration week = Duration.ofDays(DAYS);
    long end = time.nanos() + week.toNanos();
    while (time.nanos() < end) {
      // One to sixteen hours on the same address; the stale source hears of it 20 minutes later.
      time.advance(Duration.ofSeconds(2_400 + random.nextInt(55_000)));
      time.advance(Duration.ofMillis(random.nextInt(1_000)));
      old = nat.publicAddress();
      foundAtNanos.clear();
      nat.changeAddress("203.0.113." + (12 + changes++));
      long changedAt = time.nanos();
      time.advance(Duration.ofSeconds(10));
      assertThat(foundAtNanos).as("change %d", changes).hasSize(1);
      slowest = Math.max(slowest, foundAtNanos.get(0) - changedAt);
      time.advance(Duration.ofMinutes(20));
      old = nat.publicAddress();
    }
    assertThat(falseNews).isEmpty();
    assertThat(changes).isGreaterThan(10);
    assertThat(Duration.ofNanos(slowest))
        .as("the interval, its jitter, a moment for other sources, and a bind")
        .isLessThan(INTERVAL.multipliedBy(11).dividedBy(10).plusMillis(150));
    System.out.printf(
        "%d changes in %d days, the slowest found after %d ms; the flow moved %d times%n",
        changes, DAYS, Duration.ofNanos(slowest).toMillis(), moves);
    // The switch is told of each change once; all else is the hourly renewal of what was granted.
    assertThat(dnsSwitch.registrations().stream().map(r -> r.publicAddress()).distinct())
        .hasSize(changes + 1);
    assertThat(registeredAtNanos.size()).isGreaterThanOrEqualTo(registrations + changes);
    assertThat(moves).as("binds that a lie has cost").isLessThan(changes + 150);
  }

  @Test
  void aLieInTheSilenceOfTheTrueSourceMovesNoRegistration() {
    goOnline();
    time.advance(Duration.ofMinutes(1));
    int registrations = dnsSwitch.registrations().size();
    trueSourceIsSilent = true;
    time.advance(Duration.ofMinutes(30));
    assertThat(falseNews).isEmpty();
    assertThat(dnsSwitch.registrations()).hasSize(registrations);
  }
}
