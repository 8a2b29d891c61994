// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.place;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.Lease;
import io.phoneagent.PublicAddress;
import io.phoneagent.spi.AddressContext;
import io.phoneagent.spi.AddressProvider;
import io.phoneagent.spi.AddressSource;
import io.phoneagent.spi.HttpAnswer;
import io.phoneagent.spi.HttpExchange;
import io.phoneagent.spi.HttpQuestion;
import io.phoneagent.spi.IpLiteral;
import io.phoneagent.spi.Probe;
import io.phoneagent.spi.ProbeAnswer;
import io.phoneagent.spi.ProbeContext;
import io.phoneagent.spi.PublicAddressProbe;
import io.phoneagent.spi.PublicRanges;
import io.phoneagent.testkit.VirtualHost;
import io.phoneagent.testkit.VirtualNetwork;
import io.phoneagent.testkit.VirtualTime;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Sources whose answers the test gives. */
class PlaceWatchTest {
  private final VirtualTime time = new VirtualTime();
  private final VirtualHost host = new VirtualNetwork(time, 1).host("10.10.0.2");
  private final Map<String, String> answers = new HashMap<>();
  private final List<String> told = new ArrayList<>();
  private final List<ProbeContext> contexts = new ArrayList<>();
  private Optional<AddressSource.Listener> own = Optional.empty();
  private Optional<PlaceWatch> watch = Optional.empty();
  private int asked;

  private void start(String... names) {
    List<PublicAddressProbe> probes = new ArrayList<>();
    for (String name : names) {
      probes.add(probe(name));
    }
    PlaceWatch made =
        new PlaceWatch(
            host.loop(),
            host.network(),
            new NoHttp(),
            new Own(),
            PublicRanges.none(),
            probes,
            Duration.ofSeconds(30),
            new PlaceWatch.Listener() {
              @Override
              public void found(PublicAddress address, String cause) {
                told.add(seconds() + address.address().getHostAddress() + " by " + cause);
              }

              @Override
              public void unknown(String why) {
                told.add(seconds() + "unknown");
              }
            });
    watch = Optional.of(made);
    made.start();
    lease();
  }

  private String seconds() {
    return Math.floor(time.nanos() / 1e8) / 10 + " s: ";
  }

  private void lease() {
    own.orElseThrow()
        .leased(
            new Lease(
                "eth0",
                address("10.10.0.2"),
                Optional.of(address("10.10.0.1")),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                Optional.empty()),
            "test");
    advance(0);
  }

  @AfterEach
  void close() {
    watch.ifPresent(PlaceWatch::close);
    int before = asked;
    advance(120);
    assertThat(asked).isEqualTo(before);
  }

  private void advance(int seconds) {
    time.advance(Duration.ofSeconds(seconds));
  }

  private static InetAddress address(String text) {
    return IpLiteral.parse(text).orElseThrow();
  }

  private PublicAddressProbe probe(String name) {
    return new PublicAddressProbe() {
      @Override
      public String id() {
        return name;
      }

      @Override
      public Probe create(ProbeContext context) {
        contexts.add(context);
        return lease -> {
          asked++;
          String answer = answers.getOrDefault(name, "");
          return CompletableFuture.completedFuture(
              answer.isEmpty()
                  ? new ProbeAnswer.Nothing("it is silent")
                  : new ProbeAnswer.Found(address(answer)));
        };
      }
    };
  }

  private final class Own implements AddressProvider {
    @Override
    public String id() {
      return "test";
    }

    @Override
    public AddressSource create(AddressContext context) {
      return new AddressSource() {
        @Override
        public void start(Listener listener) {
          own = Optional.of(listener);
        }

        @Override
        public void close() {}
      };
    }
  }

  private static final class NoHttp implements HttpExchange {
    @Override
    public CompletionStage<HttpAnswer> exchange(HttpQuestion question) {
      throw new IllegalStateException("not needed");
    }

    @Override
    public void dropConnections() {}

    @Override
    public void close() {}
  }

  @Test
  void itIsFoundAtOnceAndAChangeAtTheNextCheck() {
    answers.put("page", "8.8.4.4");
    start("page");
    advance(59);
    answers.put("page", "8.8.8.8");
    advance(2);
    assertThat(told).containsExactly("0.0 s: 8.8.4.4 by page", "60.0 s: 8.8.8.8 by page");
  }

  @Test
  void whatIsAnnouncedMakesItAskAndIsNamed() {
    answers.put("natpmp", "8.8.4.4");
    start("natpmp");
    advance(5);
    answers.put("natpmp", "8.8.8.8");
    contexts.get(0).askNow("NAT-PMP announced 1.1.1.1");
    advance(1);
    assertThat(told)
        .containsExactly(
            "0.0 s: 8.8.4.4 by natpmp",
            "5.0 s: 8.8.8.8 by natpmp, after NAT-PMP announced 1.1.1.1");
  }

  @Test
  void silenceIsToldOnceAndKeepsWhatIsKnown() {
    answers.put("page", "8.8.4.4");
    start("page");
    answers.clear();
    advance(100);
    answers.put("page", "8.8.4.4");
    advance(60);
    assertThat(told).containsExactly("0.0 s: 8.8.4.4 by page", "30.0 s: unknown");
  }

  @Test
  void ofTwoThatSayTheSameNeitherWaits() {
    answers.put("a", "8.8.4.4");
    answers.put("b", "8.8.4.4");
    start("a", "b");
    answers.put("a", "8.8.8.8");
    answers.put("b", "8.8.8.8");
    advance(31);
    assertThat(told).hasSize(2).last().asString().startsWith("30.0 s: 8.8.8.8");
  }

  /** One that alone says something else: doubted, asked again soon, and not followed at once. */
  @Test
  void aLiarIsNotFollowedAtOnce() {
    answers.put("a", "8.8.4.4");
    answers.put("b", "8.8.4.4");
    start("a", "b");
    answers.put("a", "9.9.9.9");
    int before = asked;
    advance(30);
    assertThat(told).containsExactly(told.get(0));
    answers.put("a", "8.8.4.4");
    advance(1);
    assertThat(asked - before).isGreaterThanOrEqualTo(4);
    assertThat(told).hasSize(1);
  }

  @Test
  void aGatewayThatChangesItsMindAllTheTimeIsFollowedOnceASecond() {
    answers.put("page", "8.8.4.4");
    start("page");
    advance(10);
    for (int i = 0; i < 40; i++) {
      answers.put("page", i % 2 == 0 ? "8.8.8.8" : "8.8.4.4");
      contexts.get(0).askNow("it said so");
      time.advance(Duration.ofMillis(100));
    }
    assertThat(told.size()).isBetween(3, 6);
  }
}
