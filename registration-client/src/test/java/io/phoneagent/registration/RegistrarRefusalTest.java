// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.AgentListener;
import io.phoneagent.nat.FirewallSources;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What people are told of a SIP registrar that refuses: what is wrong, and what to mend. */
class RegistrarRefusalTest {
  private final PhoneOnVirtualTime world = new PhoneOnVirtualTime();
  private final List<String> failures = new ArrayList<>();

  private final class Events implements AgentListener {
    @Override
    public void failed(String what, String detail, Optional<Duration> retryIn) {
      failures.add(detail);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "403, the password or the name of anna",
    "404, the registrar knows no anna in 198.51.100.7",
  })
  void theLineAtFaultIsNamed(int status, String told) throws IOException {
    VirtualRegistrar registrar = registrar();
    registrar.answerNext(status);
    RunningAgent agent = agent();
    world.advance(500);
    assertThat(failures).singleElement().asString().contains(told);
    agent.close();
  }

  @Test
  void whatToCheckIsSaidWhereNobodyAnswers() throws IOException {
    registrar().silent(true);
    RunningAgent agent = agent();
    world.advance(60_000);
    assertThat(PhoneOnVirtualTime.causes(agent))
        .anyMatch(
            cause ->
                cause.contains("no answer over UDP from 198.51.100.7:5060; check")
                    && cause.contains("port, that it speaks UDP there")
                    && cause.contains("no firewall"));
    agent.close();
  }

  private VirtualRegistrar registrar() throws IOException {
    return new VirtualRegistrar(world.time, world.network.host("198.51.100.7"));
  }

  private RunningAgent agent() {
    RunningAgent agent =
        world.agent(
            world
                .registering(VirtualRegistrar.line(), "198.51.100.7;transport=udp")
                .probe(new FirewallSources().get("/ip", ""))
                .listener(new Events()));
    agent.start();
    return agent;
  }
}
