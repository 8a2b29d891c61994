// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.Lease;
import io.phoneagent.runtime.InterfaceAddresses.Look;
import io.phoneagent.spi.AddressContext;
import io.phoneagent.spi.AddressSource;
import io.phoneagent.spi.IdentityStore;
import io.phoneagent.spi.IpLiteral;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** What is told of an interface that is looked at again and again. */
class SystemAddressSourceTest {
  private final Deque<Runnable> due = new ArrayDeque<>();
  private final List<String> told = new ArrayList<>();
  private final Map<String, Object> shared = new HashMap<>();
  private int looks;
  private Look look = missing("there is no interface eth0");

  private static Look missing(String why) {
    return new Look(Optional.empty(), why);
  }

  private static Look has(String address) {
    return new Look(
        Optional.of(
            new Lease(
                "eth0",
                IpLiteral.parse(address).orElseThrow(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                Optional.empty())),
        "");
  }

  private final AddressContext context =
      new AddressContext() {
        @Override
        public Executor loop() {
          return Runnable::run;
        }

        @Override
        public Runnable schedule(Duration delay, Runnable task) {
          due.add(task);
          return () -> due.remove(task);
        }

        @Override
        public long nanos() {
          return 0;
        }

        @Override
        public IdentityStore store() {
          return IdentityStore.inMemory();
        }

        @Override
        public <T> T shared(Class<T> type, String name, Supplier<T> made) {
          return type.cast(shared.computeIfAbsent(type + name, key -> made.get()));
        }
      };

  private final AddressSource.Listener listener =
      new AddressSource.Listener() {
        @Override
        public void leased(Lease lease, String cause) {
          told.add(cause);
        }

        @Override
        public void lost(String cause) {
          told.add("lost: " + cause);
        }
      };

  private AddressSource source() {
    return new SystemAddressSource(
        context,
        () ->
            context.shared(
                WatchedInterface.class,
                "eth0",
                () ->
                    new WatchedInterface(
                        () -> {
                          looks++;
                          return look;
                        })));
  }

  private void lookAgain(Look now) {
    look = now;
    due.remove().run();
  }

  @Test
  void tellsChangesOnce() {
    AddressSource source = source();
    source.start(listener);
    lookAgain(missing("there is no interface eth0"));
    lookAgain(missing("eth0 has no address"));
    lookAgain(has("192.168.1.100"));
    lookAgain(has("192.168.1.100"));
    lookAgain(has("192.168.1.101"));
    lookAgain(missing("eth0 is down"));
    lookAgain(missing("eth0 is down"));
    assertThat(told)
        .containsExactly(
            "lost: there is no interface eth0",
            "lost: eth0 has no address",
            "eth0 has 192.168.1.100",
            "eth0 has 192.168.1.101 instead of 192.168.1.100",
            "lost: eth0 is down");
  }

  @Test
  void aClosedSourceLooksNoMore() {
    AddressSource source = source();
    source.start(listener);
    source.close();
    due.remove().run();
    assertThat(due).isEmpty();
  }

  @Test
  void manySourcesLookOnce() {
    look = has("192.168.1.100");
    AddressSource first = source();
    first.start(listener);
    for (int i = 0; i < 99; i++) {
      source().start(listener);
    }
    assertThat(told).hasSize(100).allMatch(t -> t.equals("eth0 has 192.168.1.100"));
    assertThat(due).hasSize(1);
    assertThat(looks).isEqualTo(1);
    told.clear();
    first.close();
    lookAgain(has("192.168.1.101"));
    assertThat(told).hasSize(99);
    assertThat(looks).isEqualTo(2);
  }

  @Test
  void aSourceThatStartsWhenAllHaveClosedIsToldWhatIsTrueNow() {
    look = has("192.168.1.100");
    AddressSource first = source();
    first.start(listener);
    first.close();
    due.remove().run();
    look = has("192.168.1.101");
    source().start(listener);
    assertThat(told).endsWith("eth0 has 192.168.1.101");
    assertThat(due).hasSize(1);
  }

  @Test
  void theSystemsLoopbackHasAnAddress() {
    assertThat(InterfaceAddresses.look(Optional.of("lo")).lease())
        .hasValueSatisfying(l -> assertThat(l.address().isLoopbackAddress()).isTrue());
    assertThat(InterfaceAddresses.look(Optional.of("nope0")).missing())
        .isEqualTo("there is no interface nope0");
  }
}
