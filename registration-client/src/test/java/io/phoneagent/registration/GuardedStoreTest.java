// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.phoneagent.AgentStatus;
import io.phoneagent.spi.AgentConfiguration;
import io.phoneagent.spi.IdentityStore;
import io.phoneagent.spi.NetworkBinding;
import java.io.IOException;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A store that fails costs the phone its memory and nothing else. */
class GuardedStoreTest {
  private final PhoneOnVirtualTime phone = new PhoneOnVirtualTime();
  private final List<String> told = new ArrayList<>();
  private boolean full = true;

  private final IdentityStore vendors =
      new IdentityStore() {
        private final IdentityStore working = IdentityStore.inMemory();

        @Override
        public Optional<String> get(String name) {
          check();
          return working.get(name);
        }

        @Override
        public void put(String name, String value) {
          check();
          working.put(name, value);
        }

        private void check() {
          if (full) {
            throw new IllegalStateException("the flash is worn out");
          }
        }
      };

  GuardedStoreTest() throws IOException {}

  @Test
  void itIsToldOnceUntilItWorksAgain() {
    GuardedStore store = new GuardedStore(vendors, (what, e) -> told.add(what + ": " + e));
    store.put("a", "1");
    store.put("a", "1");
    assertThat(store.get("a")).isEmpty();
    assertThat(told)
        .containsExactly(
            "put 'a': java.lang.IllegalStateException: the flash is worn out",
            "get 'a': java.lang.IllegalStateException: the flash is worn out");
    full = false;
    store.put("a", "1");
    assertThat(store.get("a")).contains("1");
    full = true;
    store.put("a", "2");
    assertThat(told).hasSize(3);
  }

  @Test
  void namesAreResolvedAllTheSame() throws UnknownHostException {
    NetworkBinding names = mock(NetworkBinding.class);
    when(names.resolve("switch.test")).thenReturn(List.of(Samples.address("198.51.100.1")));
    KeptAddresses network =
        new KeptAddresses(names, new GuardedStore(vendors, (what, e) -> told.add(what)));
    assertThat(network.resolve("switch.test")).containsExactly(Samples.address("198.51.100.1"));
    assertThat(told)
        .containsExactly("get 'addresses-of-switch.test'", "put 'addresses-of-switch.test'");
  }

  @Test
  void anAgentStartsWithoutItsMemory() {
    AgentConfiguration.Builder configuration =
        phone
            .builder(new FixedAddress())
            .dnsSwitches(
                List.of(URI.create("https://switch.test:8443/"), URI.create("https+srv://b.test")));
    RunningAgent agent = phone.agent(configuration, phone.time, vendors);
    agent.start();
    phone.advance(1_000);
    assertThat(phone.events)
        .contains(
            "identity-store: get 'switches-of-b-test' has failed:"
                + " java.lang.IllegalStateException: the flash is worn out");
    assertThat(agent.status()).isEqualTo(AgentStatus.REACHABLE);
  }
}
