// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.place;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.spi.IpLiteral;
import io.phoneagent.testkit.VirtualHost;
import io.phoneagent.testkit.VirtualNetwork;
import io.phoneagent.testkit.VirtualTime;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A name server that answers as the test says. */
class LeadingNameTest {
  private static final InetAddress HERE = IpLiteral.parse("203.0.113.100").orElseThrow();
  private static final InetAddress THERE = IpLiteral.parse("203.0.113.101").orElseThrow();

  private final VirtualTime time = new VirtualTime();
  private final VirtualHost host = new VirtualNetwork(time, 1).host("192.0.2.1");
  private final List<String> asked = new ArrayList<>();
  private final List<String> told = new ArrayList<>();
  private final List<Runnable> waiting = new ArrayList<>();
  private boolean slow;
  private String failure = "";
  private final LeadingName name =
      new LeadingName(
          address -> {
            asked.add(time.nanos() / 1_000_000_000 + " s: " + address.getHostAddress());
            if (!failure.isEmpty()) {
              throw new IOException(failure);
            }
          },
          task -> {
            if (slow) {
              waiting.add(task);
            } else {
              task.run();
            }
          },
          host.loop(),
          told::add);

  private void advance(int seconds) {
    time.advance(Duration.ofSeconds(seconds));
  }

  @Test
  void itIsToldOnce() {
    name.lead(HERE);
    advance(600);
    assertThat(asked).containsExactly("0 s: 203.0.113.100");
    assertThat(told).containsExactly("leads to 203.0.113.100");
    assertThat(name.state()).isEqualTo("leads to 203.0.113.100");
  }

  @Test
  void aFailureIsRepeatedLaterAndLaterAndToldOnce() {
    failure = "it refuses the update: NOTAUTH";
    name.lead(HERE);
    advance(20);
    assertThat(asked)
        .extracting(a -> a.substring(0, a.indexOf(' ')))
        .containsExactly("0", "1", "3", "7", "15");
    assertThat(told).containsExactly("failed: it refuses the update: NOTAUTH");
    advance(600);
    int before = asked.size();
    advance(60);
    assertThat(asked).hasSize(before + 1);
    failure = "";
    advance(61);
    assertThat(name.state()).isEqualTo("leads to 203.0.113.100");
    int last = asked.size();
    advance(600);
    assertThat(asked).hasSize(last);
  }

  @Test
  void theLatestCountsThoughTheOneBeforeIsStillAsked() {
    slow = true;
    name.lead(HERE);
    name.lead(THERE);
    assertThat(waiting).hasSize(1);
    waiting.remove(0).run();
    advance(1);
    waiting.remove(0).run();
    advance(1);
    assertThat(asked).containsExactly("0 s: 203.0.113.100", "1 s: 203.0.113.101");
    assertThat(waiting).isEmpty();
    assertThat(name.state()).isEqualTo("leads to 203.0.113.101");
  }

  @Test
  void aNewAddressDoesNotWaitForThePauseOfTheOld() {
    failure = "no answer";
    name.lead(HERE);
    advance(100);
    failure = "";
    name.lead(THERE);
    advance(1);
    assertThat(name.state()).isEqualTo("leads to 203.0.113.101");
  }

  @Test
  void closedItAsksNobody() {
    failure = "no answer";
    name.lead(HERE);
    advance(0);
    name.close();
    advance(600);
    assertThat(asked).hasSize(1);
  }
}
