// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.AgentSettings;
import io.phoneagent.AgentStatus;
import io.phoneagent.StopMode;
import io.phoneagent.spi.AddressContext;
import io.phoneagent.spi.AddressProvider;
import io.phoneagent.spi.AddressSource;
import io.phoneagent.spi.Probe;
import io.phoneagent.spi.ProbeAnswer;
import io.phoneagent.spi.ProbeContext;
import io.phoneagent.spi.PublicAddressProbe;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Plug-ins that do not do as they should: the vendor is told, and the phone goes on. */
class PlugInFailureTest {
  private final PhoneOnVirtualTime phone = new PhoneOnVirtualTime();
  private int made;
  private int closed;

  PlugInFailureTest() throws IOException {}

  /** Does this with the context and the listener of each source that is started. */
  private AddressProvider addresses(BiConsumer<AddressContext, AddressSource.Listener> start) {
    return new AddressProvider() {
      @Override
      public String id() {
        return "vendor's";
      }

      @Override
      public AddressSource create(AddressContext context) {
        made++;
        return new AddressSource() {
          @Override
          public void start(Listener listener) {
            start.accept(context, listener);
          }

          @Override
          public void resume() {
            throw new IllegalStateException("no modem to wake");
          }

          @Override
          public void close() {
            closed++;
          }
        };
      }
    };
  }

  private static PublicAddressProbe probe(Supplier<CompletionStage<ProbeAnswer>> answer) {
    return new PublicAddressProbe() {
      @Override
      public String id() {
        return "box";
      }

      @Override
      public Probe create(ProbeContext context) {
        return lease -> answer.get();
      }
    };
  }

  private static CompletionStage<ProbeAnswer> found() {
    return CompletableFuture.completedFuture(
        new ProbeAnswer.Found(Samples.address("203.0.113.11")));
  }

  private RunningAgent started(
      AddressProvider addresses, Supplier<CompletionStage<ProbeAnswer>> answer) {
    RunningAgent agent = phone.agent(phone.builder(addresses).probe(probe(answer)));
    agent.start();
    phone.advance(500);
    return agent;
  }

  private static void leased(AddressSource.Listener listener) {
    listener.leased(Samples.LEASE, "eth0 has 192.168.1.100");
  }

  @Test
  void anAddressSourceThatDoesNotStartIsToldAndMadeAgain() {
    RunningAgent agent =
        started(
            addresses(
                (context, listener) -> {
                  if (made < 3) {
                    throw new IllegalStateException("no such modem");
                  }
                  leased(listener);
                }),
            PlugInFailureTest::found);
    String told =
        "address: what watches the address has failed: java.lang.IllegalStateException: no such"
            + " modem again in PT5S";
    assertThat(phone.events).containsExactly(told);
    assertThat(agent.status()).isEqualTo(AgentStatus.LEASING);
    assertThat(closed).isEqualTo(1);
    phone.advance(12_000);
    assertThat(phone.events).startsWith(told, told, "leased");
    assertThat(agent.status()).isEqualTo(AgentStatus.REACHABLE);
    assertThat(closed).isEqualTo(2);
    assertThat(PhoneOnVirtualTime.causes(agent))
        .anyMatch(c -> c.contains("no such modem"))
        .contains("the address is to be watched again");
  }

  @Test
  void aProviderThatMakesNoneIsToldAndAskedAgain() {
    List<AddressContext> contexts = new ArrayList<>();
    RunningAgent agent =
        started(
            new AddressProvider() {
              @Override
              public String id() {
                return "vendor's";
              }

              @Override
              public AddressSource create(AddressContext context) {
                contexts.add(context);
                throw new UnsatisfiedLinkError("no libmodem");
              }
            },
            PlugInFailureTest::found);
    assertThat(phone.events).hasSize(1).allMatch(e -> e.contains("no libmodem"));
    agent.suspend();
    phone.advance(60_000);
    assertThat(contexts).hasSize(1);
    agent.resume();
    phone.advance(100);
    assertThat(contexts).hasSize(2);
    agent.end(StopMode.LEAVE, new CompletableFuture<>());
    phone.advance(60_000);
    assertThat(contexts).hasSize(2);
    assertThat(agent.status()).isEqualTo(AgentStatus.STOPPED);
    assertThat(phone.time.pendingTimers()).isZero();
  }

  @Test
  @SuppressWarnings("NullAway") // What the vendor does is what is tested.
  void aSourceThatForgetsTheLeaseIsMadeAgainAlsoIfItDidSoLater() {
    RunningAgent agent =
        started(
            addresses(
                (context, listener) -> {
                  if (made == 1) {
                    listener.leased(null, "up");
                  } else if (made == 2) {
                    context.loop().execute(() -> listener.leased(null, "up"));
                  } else if (made == 3) {
                    context.schedule(
                        Duration.ofSeconds(1), () -> listener.leased(Samples.LEASE, null));
                  } else {
                    leased(listener);
                  }
                }),
            PlugInFailureTest::found);
    assertThat(phone.events).hasSize(1).allMatch(e -> e.contains("lease"));
    phone.advance(5_000);
    assertThat(phone.events).hasSize(2).allMatch(e -> e.contains("lease"));
    phone.advance(6_000);
    assertThat(phone.events).hasSize(3);
    assertThat(phone.events.get(2)).contains("NullPointerException: cause");
    phone.advance(6_000);
    assertThat(agent.status()).isEqualTo(AgentStatus.REACHABLE);
  }

  @Test
  void whatASourceThrowsLaterIsToldAndCostsNoRegistration() {
    List<AddressContext> contexts = new ArrayList<>();
    RunningAgent agent =
        started(
            addresses(
                (context, listener) -> {
                  contexts.add(context);
                  leased(listener);
                }),
            PlugInFailureTest::found);
    phone.events.clear();
    contexts
        .get(0)
        .loop()
        .execute(
            () -> {
              throw new IllegalStateException("modem unplugged");
            });
    phone.advance(10_000);
    assertThat(phone.events)
        .containsExactly("address: java.lang.IllegalStateException: modem unplugged");
    assertThat(PhoneOnVirtualTime.causes(agent)).anyMatch(c -> c.contains("modem unplugged"));
    assertThat(agent.status()).isEqualTo(AgentStatus.REACHABLE);
    assertThat(made).isEqualTo(1);
  }

  @Test
  void aSourceThatCannotResumeHoldsNobodyUp() {
    RunningAgent agent = started(addresses((c, listener) -> leased(listener)), () -> found());
    agent.suspend();
    phone.advance(1_000);
    agent.resume();
    phone.advance(1_000);
    assertThat(phone.events).anyMatch(e -> e.contains("no modem to wake"));
    assertThat(agent.status()).isEqualTo(AgentStatus.REACHABLE);
  }

  @Test
  void settingsForAnAgentThatHasStoppedAreIgnored() {
    RunningAgent agent = started(addresses((c, listener) -> leased(listener)), () -> found());
    AgentSettings before = agent.settings();
    agent.end(StopMode.LEAVE, new CompletableFuture<>());
    phone.advance(1_000);
    agent.update(before.toBuilder().checkInterval(Duration.ofMinutes(9)).build());
    phone.advance(1_000);
    assertThat(agent.settings()).isEqualTo(before);
  }

  @Test
  void aDisruptionWithoutAChangeOfStateStandsInTheTimeline() {
    RunningAgent agent =
        started(
            addresses((context, listener) -> listener.lost("there is no interface 'wwan0'")),
            PlugInFailureTest::found);
    assertThat(phone.events).containsExactly("address: there is no interface 'wwan0'");
    assertThat(PhoneOnVirtualTime.causes(agent)).contains("there is no interface 'wwan0'");
  }

  @Test
  void aProbeThatNeverAnswersIsWaitedForTenSeconds() {
    int[] asked = new int[1];
    RunningAgent agent =
        started(
            addresses((c, listener) -> leased(listener)),
            () -> asked[0]++ == 0 ? new CompletableFuture<>() : found());
    phone.advance(9_000);
    assertThat(agent.status()).isEqualTo(AgentStatus.PROBING);
    phone.advance(1_000);
    assertThat(phone.events).contains("public-address: box: no answer within 10 s");
    assertThat(agent.status()).isEqualTo(AgentStatus.REACHABLE);
    phone.advance(30_000);
    assertThat(phone.events).contains("box says 203.0.113.11");
  }

  @Test
  void aRestDoesNotWaitForAProbe() {
    int[] asked = new int[1];
    RunningAgent agent =
        started(
            addresses((c, listener) -> leased(listener)),
            () -> asked[0]++ == 0 ? new CompletableFuture<>() : found());
    agent.suspend();
    phone.advance(100);
    assertThat(phone.time.pendingTimers()).isZero();
    agent.resume();
    phone.advance(500);
    assertThat(phone.events).contains("box says 203.0.113.11");
    assertThat(agent.status()).isEqualTo(AgentStatus.REACHABLE);
  }

  @Test
  @SuppressWarnings("NullAway") // What the vendor does is what is tested.
  void aProbeThatAnswersNullHasAnswered() {
    started(
        addresses((c, listener) -> leased(listener)),
        () -> CompletableFuture.completedFuture(null));
    assertThat(phone.events).contains("public-address: box: the probe answered null");
  }

  @Test
  @SuppressWarnings("NullAway") // What the vendor does is what is tested.
  void aProbeWithoutAStageHasAnsweredTheSame() {
    started(addresses((c, listener) -> leased(listener)), () -> null);
    assertThat(phone.events).contains("public-address: box: the probe answered null");
  }

  @Test
  void whatAProbeThrowsIsToldAsTheVendorThrewIt() {
    String told = "public-address: box: the probe failed: java.lang.IllegalStateException: no box";
    started(
        addresses((c, listener) -> leased(listener)),
        () -> {
          throw new IllegalStateException("no box");
        });
    assertThat(phone.events).contains(told);
  }

  @Test
  void whatFuturesWrapAroundItIsTakenOff() {
    String told = "public-address: box: the probe failed: java.lang.IllegalStateException: no box";
    Exception wrapped = new CompletionException(new IllegalStateException("no box"));
    started(
        addresses((c, listener) -> leased(listener)),
        () -> CompletableFuture.failedFuture(wrapped));
    assertThat(phone.events).contains(told);
  }
}
