// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phoneagent.AgentListener;
import io.phoneagent.AgentRuntime;
import io.phoneagent.AgentStatus;
import io.phoneagent.InvalidSettingException;
import io.phoneagent.Lease;
import io.phoneagent.Line;
import io.phoneagent.MacAddress;
import io.phoneagent.PhoneAgent;
import io.phoneagent.PhoneAgentBuilder;
import io.phoneagent.PhoneAgentException;
import io.phoneagent.nat.WhoAmIProbe;
import io.phoneagent.spi.AddressProvider;
import io.phoneagent.spi.HttpAnswer;
import io.phoneagent.spi.HttpExchange;
import io.phoneagent.spi.HttpQuestion;
import io.phoneagent.spi.Probe;
import io.phoneagent.spi.ProbeContext;
import io.phoneagent.spi.PublicAddressProbe;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Many agents in one process. */
class SharedRuntimeTest {
  private static final int AGENTS = 1_000;

  /** A switch and pages that never answer. */
  private static final class Silence implements HttpExchange {
    @Override
    public CompletionStage<HttpAnswer> exchange(HttpQuestion question) {
      return new CompletableFuture<>();
    }

    @Override
    public void dropConnections() {
      // There are none.
    }

    @Override
    public void close() {
      // Nothing is open.
    }
  }

  private static final class Counting implements AgentListener {
    private final CountDownLatch leased;
    private final CountDownLatch stopped;

    Counting(CountDownLatch leased, CountDownLatch stopped) {
      this.leased = leased;
      this.stopped = stopped;
    }

    @Override
    public void leased(Lease lease, String cause) {
      leased.countDown();
    }

    @Override
    public void stopped(String cause) {
      stopped.countDown();
    }
  }

  private static PhoneAgentBuilder builder(AgentRuntime runtime, int number) {
    return PhoneAgent.builder()
        .runtime(runtime)
        .dnsSwitch(URI.create("https://switch.test"))
        .httpExchange(new Silence())
        .macAddress(MacAddress.of("02:00:00:00:00:01"))
        .addressProvider(AddressProvider.operatingSystem("lo"))
        .publicAddressProbe(WhoAmIProbe.of(URI.create("https://switch.test")))
        .line(Line.number(String.format("+1555%07d", number)).secret("s"));
  }

  private static Set<Thread> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(t -> t.getName().startsWith("phoneagent-"))
        .collect(Collectors.toSet());
  }

  @Test
  void aThousandAgentsHaveTheThreadsOfOne() throws InterruptedException {
    Set<Thread> before = threads();
    CountDownLatch leased = new CountDownLatch(AGENTS);
    CountDownLatch stopped = new CountDownLatch(AGENTS);
    List<PhoneAgent> agents = new ArrayList<>();
    try (AgentRuntime runtime = AgentRuntime.create()) {
      for (int i = 0; i < AGENTS; i++) {
        PhoneAgent agent = builder(runtime, i).listener(new Counting(leased, stopped)).build();
        agent.start();
        agents.add(agent);
      }
      assertThat(leased.await(20, TimeUnit.SECONDS)).isTrue();
      Set<Thread> now = threads();
      now.removeAll(before);
      assertThat(now).hasSize(2);
      agents.get(0).close();
      assertThat(agents.get(0).status()).isEqualTo(AgentStatus.STOPPED);
      assertThat(agents.get(1).status()).isEqualTo(AgentStatus.PROBING);
    }
    assertThat(stopped.await(20, TimeUnit.SECONDS)).isTrue();
    assertThat(agents).allMatch(a -> a.status() == AgentStatus.STOPPED);
    agents.get(1).close();
  }

  @Test
  void anAgentThatIsNotStartedHasNoThread() {
    Set<Thread> before = threads();
    PhoneAgentBuilder wrong =
        PhoneAgent.builder()
            .dnsSwitch(URI.create("https://switch.test"))
            .line(Line.number("+15551230001").secret("s"))
            .publicAddressProbe(
                new PublicAddressProbe() {
                  @Override
                  public String id() {
                    return "vendor's";
                  }

                  @Override
                  public Probe create(ProbeContext context) {
                    throw new InvalidSettingException("probe", "there is no box");
                  }
                });
    assertThatThrownBy(wrong::build).hasMessage("probe: there is no box");
    PhoneAgent idle =
        PhoneAgent.builder()
            .dnsSwitch(URI.create("https://switch.test"))
            .line(Line.number("+15551230001").secret("s"))
            .build();
    assertThat(idle.status()).isEqualTo(AgentStatus.STOPPED);
    assertThat(idle.explain()).isEmpty();
    Set<Thread> now = threads();
    now.removeAll(before);
    assertThat(now).isEmpty();
    idle.close();
  }

  @Test
  void aClosedRuntimeTakesNoMoreAgents() {
    AgentRuntime runtime = AgentRuntime.create();
    runtime.close();
    runtime.close();
    assertThatThrownBy(() -> builder(runtime, 1).build())
        .isInstanceOf(PhoneAgentException.class)
        .hasMessageContaining("closed");
  }

  @Test
  void aForeignRuntimeIsRefused() {
    assertThatThrownBy(() -> builder(() -> {}, 1).build())
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("AgentRuntime.create()");
  }

  @Test
  void httpThreadsHaveARange() {
    assertThatThrownBy(() -> AgentRuntime.builder().httpThreads(1))
        .hasMessage("http-threads: 1 is not from 2 to 1000");
  }
}
