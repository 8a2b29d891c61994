// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.mgcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.testkit.VirtualTime;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Two sides over a wire that loses, doubles, delays and reorders: at most once all the same. */
final class LossyWireTest {
  private static final MgcpPeer GATEWAY = MgcpPeer.of(new InetSocketAddress("192.0.2.7", 2427));
  private static final MgcpPeer AGENT = MgcpPeer.of(new InetSocketAddress("192.0.2.1", 2727));
  private static final int COMMANDS = 2_000;

  private final VirtualTime time = new VirtualTime();
  private final Random random = new Random(7);
  private final Map<String, Integer> executed = new HashMap<>();
  private final List<String> outcomes = new ArrayList<>();
  private int wrong;

  private final MgcpTransactions agent = side(false);
  private final MgcpTransactions gateway = side(true);

  private MgcpTransactions side(boolean executes) {
    return new MgcpTransactions(
        time,
        (datagram, to) -> {
          for (int copies = random.nextInt(10) < 2 ? 2 : 1; copies > 0; copies--) {
            if (random.nextInt(10) < 3) {
              continue;
            }
            time.schedule(
                Duration.ofMillis(5 + random.nextInt(random.nextInt(20) == 0 ? 6_000 : 200)),
                () ->
                    (executes ? agent() : gateway()).receive(datagram, executes ? GATEWAY : AGENT));
          }
        },
        MgcpTimings.standard(),
        MgcpLimits.defaults().transactions(10_000),
        random::nextDouble,
        incoming -> execute(incoming));
  }

  private MgcpTransactions agent() {
    return agent;
  }

  private MgcpTransactions gateway() {
    return gateway;
  }

  private void execute(IncomingCommand incoming) {
    String name = incoming.command().parameter(ParameterName.REQUEST_IDENTIFIER).orElseThrow();
    executed.merge(name, 1, Integer::sum);
    MgcpResponse answer =
        incoming.command().respond(200).with(ParameterName.REQUEST_IDENTIFIER, name);
    if (random.nextInt(4) == 0) {
      incoming.pending();
      time.schedule(Duration.ofMillis(random.nextInt(8_000)), () -> incoming.respond(answer));
    } else {
      incoming.respond(answer);
    }
  }

  @Test
  void eachCommandIsExecutedAtMostOnceAndAnsweredRightly() {
    for (int i = 0; i < COMMANDS; i++) {
      String name = Integer.toHexString(i);
      agent.send(
          MgcpCommand.of(MgcpVerb.NOTIFICATION_REQUEST, 1, EndpointName.analogLine(1, "gw"))
              .with(ParameterName.REQUEST_IDENTIFIER, name),
          List.of(GATEWAY),
          new ResponseListener() {
            @Override
            public void onResponse(MgcpResponse response) {
              outcomes.add(name);
              boolean right =
                  response
                      .parameter(ParameterName.REQUEST_IDENTIFIER)
                      .filter(name::equals)
                      .isPresent();
              wrong += right ? 0 : 1;
            }

            @Override
            public void onTimeout() {
              outcomes.add("-");
            }
          });
      time.advance(Duration.ofMillis(50));
    }
    time.advance(Duration.ofMinutes(10));
    assertThat(outcomes).hasSize(COMMANDS);
    assertThat(wrong).isZero();
    assertThat(executed.values()).containsOnly(1);
    assertThat(outcomes.stream().filter(name -> !name.equals("-")).count())
        .isGreaterThan(COMMANDS * 99 / 100);
    assertThat(agent.size() + gateway.size()).isZero();
    assertThat(time.pendingTimers()).isZero();
  }
}
