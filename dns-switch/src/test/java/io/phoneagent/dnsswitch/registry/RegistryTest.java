// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.MacAddress;
import io.phoneagent.PhoneNumber;
import io.phoneagent.Protocol;
import io.phoneagent.Transport;
import io.phoneagent.dnsswitch.account.Account;
import io.phoneagent.dnsswitch.registry.Outcome.Accepted;
import io.phoneagent.dnsswitch.registry.Outcome.Refused;
import io.phoneagent.dnsswitch.registry.Outcome.Why;
import io.phoneagent.dnsswitch.store.DurableStore;
import io.phoneagent.protocol.AddressLiteral;
import io.phoneagent.protocol.AssignedEndpoint;
import io.phoneagent.protocol.MessageWriter;
import io.phoneagent.protocol.RegistrationRequest;
import io.phoneagent.testkit.VirtualTime;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegistryTest {
  private static final PhoneNumber NUMBER = new PhoneNumber("+15551230001");
  private static final PhoneNumber BACKUP = new PhoneNumber("+15551239999");
  private static final String MAC = "02:00:00:00:01:64";
  private static final String OTHER = "02:00:00:00:01:65";
  private static final Arrival ARRIVAL =
      new Arrival(new InetSocketAddress(address("203.0.113.1"), 40000), address("10.0.0.1"));

  /** Keeps locations in memory; commits when it is told to. */
  private static final class MemoryStore implements DurableStore<Location> {
    final Map<PhoneNumber, Location> kept = new HashMap<>();
    final List<Runnable> waiting = new ArrayList<>();
    boolean held;
    boolean broken;
    int soon;

    @Override
    public List<Location> load() {
      return List.copyOf(kept.values());
    }

    @Override
    public CompletionStage<Void> write(Location location) {
      CompletableFuture<Void> written = new CompletableFuture<>();
      Runnable commit =
          () -> {
            if (broken) {
              written.completeExceptionally(new IllegalStateException("disk full"));
            } else {
              keep(location);
              written.complete(null);
            }
          };
      if (held) {
        waiting.add(commit);
      } else {
        commit.run();
      }
      return written;
    }

    private void keep(Location location) {
      if (location.isEmpty()) {
        kept.remove(location.number());
      } else {
        kept.put(location.number(), location);
      }
    }

    @Override
    public void writeSoon(Location location) {
      soon++;
      keep(location);
    }

    @Override
    public void close() {}
  }

  private final VirtualTime time = new VirtualTime();
  private final Map<PhoneNumber, Account> accounts = new HashMap<>();
  private final List<String> events = new ArrayList<>();
  private Optional<String> serverName = Optional.empty();
  private MemoryStore store = new MemoryStore();
  private Registry registry = registry(store);

  @BeforeEach
  void account() {
    account(Optional.empty(), Optional.empty());
  }

  private void account(Optional<String> mac, Optional<PhoneNumber> backup) {
    accounts.put(
        NUMBER,
        new Account(NUMBER, mac.map(MacAddress::of), backup, false, Account.ha1(NUMBER, "s")));
  }

  private Registry registry(DurableStore<Location> from) {
    Registry made =
        new Registry(
            number -> Optional.ofNullable(accounts.get(number)),
            from,
            (request, arrival) ->
                request.transport() == Transport.UDP
                    ? Optional.of(
                        new AssignedEndpoint(arrival.local(), 5060, Transport.UDP, serverName))
                    : Optional.empty(),
            KeyMint.random(),
            RegistrySettings.DEFAULT,
            time,
            time,
            time);
    made.addListener(
        new RegistryListener() {
          @Override
          public void registered(Binding binding) {
            events.add("registered " + binding.request().sequence());
          }

          @Override
          public void rekeyed(Binding binding) {
            events.add("rekeyed " + binding.request().sequence());
          }

          @Override
          public void removed(Binding last, String cause) {
            events.add("removed: " + cause);
          }
        });
    return made;
  }

  private static InetAddress address(String text) {
    return AddressLiteral.parse(text).orElseThrow();
  }

  private static RegistrationRequest.Builder request(String mac, String boot, long sequence) {
    return RegistrationRequest.builder()
        .mac(MacAddress.of(mac))
        .localAddress(address("192.168.1.100"))
        .protocol(Protocol.SIP)
        .transport(Transport.UDP)
        .bootId(boot)
        .sequence(sequence)
        .reason("because " + sequence);
  }

  private CompletableFuture<Outcome> register(RegistrationRequest request) {
    return registry.register(NUMBER, request, ARRIVAL).toCompletableFuture();
  }

  private Accepted accepted(String mac, String boot, long sequence) {
    return (Accepted) register(request(mac, boot, sequence).build()).join();
  }

  private Optional<Why> refusal(RegistrationRequest request) {
    return register(request).join() instanceof Refused refused
        ? Optional.of(refused.why())
        : Optional.empty();
  }

  private FlowPaths path(String source) {
    return new FlowPaths(
        Optional.of(
            new VerifiedPath(
                AddressLiteral.parseWithPort(source).orElseThrow(),
                Transport.UDP,
                Instant.ofEpochMilli(time.epochMillis()))),
        Optional.empty(),
        List.of());
  }

  /** After boot "b", sequence 5: what becomes of the next one. */
  @ParameterizedTest
  @CsvSource({
    "b, 5, same",
    "b, 6, new",
    "b, 4, OLD_SEQUENCE",
    "b, 0, OLD_SEQUENCE",
    "c, 0, new",
    "c, 5, new",
  })
  void holdsToTheSequenceWithinABoot(String boot, long sequence, String becomes) {
    byte[] first = MessageWriter.write(accepted(MAC, "b", 5).answer());
    Outcome next = register(request(MAC, boot, sequence).build()).join();
    if (next instanceof Refused refused) {
      assertThat(refused.why().name()).isEqualTo(becomes);
    } else {
      boolean same = Arrays.equals(first, MessageWriter.write(((Accepted) next).answer()));
      assertThat(same ? "same" : "new").isEqualTo(becomes);
    }
    time.runTasks();
    assertThat(events).hasSize(becomes.equals("new") ? 2 : 1);
  }

  @Test
  void aNumberIsItsFirstDevicesUntilThatLeaves() {
    accepted(MAC, "b", 1);
    assertThat(refusal(request(OTHER, "x", 1).build())).contains(Why.OTHER_DEVICE);
    time.advance(Duration.ofHours(2));
    assertThat(registry.find(NUMBER)).isEmpty();
    assertThat(refusal(request(OTHER, "x", 1).build())).contains(Why.OTHER_DEVICE);
    registry = registry(store);
    assertThat(refusal(request(OTHER, "x", 1).build())).contains(Why.OTHER_DEVICE);
    registry.remove(NUMBER, "left").toCompletableFuture().join();
    assertThat(refusal(request(OTHER, "x", 1).build())).isEmpty();
  }

  @Test
  void theAccountsDeviceBeatsTheFirst() {
    accepted(MAC, "b", 1);
    account(Optional.of(OTHER), Optional.empty());
    registry.accountsChanged();
    time.runTasks();
    assertThat(registry.find(NUMBER)).isEmpty();
    assertThat(events).contains("removed: its account names another device");
    assertThat(refusal(request(MAC, "b", 2).build())).contains(Why.OTHER_DEVICE);
    assertThat(refusal(request(OTHER, "x", 1).build())).isEmpty();
  }

  @Test
  void refusesNumbersWithoutAccountAndDropsThem() {
    accepted(MAC, "b", 1);
    accounts.clear();
    registry.accountsChanged();
    assertThat(registry.find(NUMBER)).isEmpty();
    assertThat(store.kept).isEmpty();
    assertThat(refusal(request(MAC, "b", 2).build())).contains(Why.NO_ACCOUNT);
  }

  @Test
  void refusesWhatIsNotServed() {
    RegistrationRequest tls = request(MAC, "b", 1).transport(Transport.TLS).build();
    assertThat(refusal(tls)).contains(Why.NOT_SERVED);
    assertThat(refusal(request(OTHER, "b", 1).build())).as("it claimed nothing").isEmpty();
  }

  @Test
  void answersOnlyWhatIsDurable() {
    store.held = true;
    CompletableFuture<Outcome> answer = register(request(MAC, "b", 1).build());
    assertThat(answer).isNotDone();
    store.waiting.forEach(Runnable::run);
    assertThat(answer).isCompleted();
  }

  @Test
  void aRepeatIsWrittenAgainAfterTheDiskFailed() {
    store.broken = true;
    assertThat(register(request(MAC, "b", 1).build())).isCompletedExceptionally();
    store.broken = false;
    accepted(MAC, "b", 1);
    assertThat(store.kept).containsKey(NUMBER);
  }

  @Test
  void aLocationThatCannotBeSpelledHarmsNoOther(@TempDir Path directory) throws Exception {
    try (DurableStore<Location> file = LocationStore.open(directory.resolve("l.db"))) {
      registry = registry(file);
      serverName = Optional.of("x".repeat(0x10000));
      CompletableFuture<Outcome> unspelled = register(request(MAC, "b", 1).build());
      serverName = Optional.empty();
      accounts.put(
          BACKUP,
          new Account(BACKUP, Optional.empty(), Optional.empty(), false, Account.ha1(BACKUP, "s")));
      Outcome other =
          registry
              .register(BACKUP, request(MAC, "b", 1).build(), ARRIVAL)
              .toCompletableFuture()
              .get(20, TimeUnit.SECONDS);
      assertThat(other).isInstanceOf(Accepted.class);
      assertThat(unspelled).isCompletedExceptionally();
    }
  }

  @Test
  void aRegistrationIsToldWhenItIsStoredAndNeverAfterItsEnd() {
    store.held = true;
    assertThat(register(request(MAC, "b", 1).build())).isNotDone();
    time.runTasks();
    assertThat(events).isEmpty();
    store.waiting.remove(0).run();
    time.runTasks();
    assertThat(events).containsExactly("registered 1");
    assertThat(register(request(MAC, "b", 2).build())).isNotDone();
    registry.remove(NUMBER, "left");
    time.runTasks();
    assertThat(events).containsExactly("registered 1", "registered 2", "removed: left");
    store.waiting.forEach(Runnable::run);
    time.runTasks();
    assertThat(events).hasSize(3);
  }

  @Test
  void aRegistrationThatCannotBeStoredIsToldToo() {
    store.broken = true;
    assertThat(register(request(MAC, "b", 1).build())).isCompletedExceptionally();
    time.runTasks();
    assertThat(events).containsExactly("registered 1");
  }

  @Test
  void beyondWhatTheDiskTakesItIsBusyAndRecovers() {
    store.held = true;
    for (int i = 0; i < Registry.MAX_WAITING; i++) {
      assertThat(register(request(MAC, "b", i).build())).isNotDone();
    }
    assertThat(refusal(request(MAC, "b", 9_999_999).build())).contains(Why.BUSY);
    store.held = false;
    store.waiting.forEach(Runnable::run);
    assertThat(refusal(request(MAC, "b", 9_999_999).build())).isEmpty();
  }

  @Test
  void runsOutToTheMomentUnlessItIsRenewed() {
    accepted(MAC, "b", 1);
    time.advance(Duration.ofMinutes(59));
    accepted(MAC, "b", 2);
    time.advance(Duration.ofSeconds(3599));
    assertThat(registry.find(NUMBER)).isPresent();
    assertThat(registry.size()).isEqualTo(1);
    time.advance(Duration.ofSeconds(1));
    assertThat(registry.find(NUMBER)).isEmpty();
    assertThat(events).endsWith("removed: its registration ran out");
    assertThat(time.pendingTimers()).isZero();
  }

  @Test
  void timersDoNotPileUp() {
    for (int i = 1; i < 100; i++) {
      accepted(MAC, "b", i);
      registry.remove(NUMBER, "left");
    }
    assertThat(time.pendingTimers()).isZero();
    accepted(MAC, "b", 200);
    accepted(MAC, "b", 201);
    assertThat(time.pendingTimers()).isEqualTo(1);
  }

  @Test
  void theLastBoundKeyIsGoodUntilTheNewOneHasBound() {
    String first = accepted(MAC, "b", 1).answer().flow().keyId();
    registry.flowMoved(first, path("203.0.113.1:1000"), 7, "first bind");
    String second = accepted(MAC, "b", 2).answer().flow().keyId();
    // The answer to 2 is lost: the phone still has the first key when it asks again.
    String third = accepted(MAC, "b", 3).answer().flow().keyId();
    assertThat(registry.findByKey(second)).isEmpty();
    assertThat(registry.findByKey(first)).isPresent();
    registry.flowMoved(first, path("203.0.113.1:1001"), 8, "moved");
    assertThat(registry.findByKey(first).flatMap(b -> b.key(first)).map(KeyState::counter))
        .contains(8L);
    registry.flowMoved(third, path("203.0.113.1:1002"), 1, "");
    assertThat(registry.findByKey(first)).isEmpty();
    assertThat(registry.findByKey(third)).isPresent();
    registry.flowMoved(first, path("198.51.100.66:1"), 9, "too late");
    assertThat(registry.find(NUMBER).flatMap(b -> b.paths().current()).map(VerifiedPath::source))
        .isEqualTo(AddressLiteral.parseWithPort("203.0.113.1:1002"));
    time.runTasks();
    assertThat(events)
        .containsExactly("registered 1", "rekeyed 1", "registered 2", "registered 3", "rekeyed 3");
  }

  @Test
  void aRestartKnowsKeysPathsCountersAndHistory(@TempDir Path directory) {
    String second;
    Binding before;
    try (DurableStore<Location> file = LocationStore.open(directory.resolve("l.db"))) {
      registry = registry(file);
      String first = accepted(MAC, "b", 1).answer().flow().keyId();
      FlowPaths all =
          new FlowPaths(
              path("203.0.113.1:1000").current(),
              path("[2001:db8::1]:1001").current(),
              List.of(path("203.0.113.9:9").current().orElseThrow()));
      registry.flowMoved(first, all, 70, "bound");
      second = accepted(MAC, "b", 2).answer().flow().keyId();
      registry.flowMoved(first, all, 71, "");
      before = registry.find(NUMBER).orElseThrow();
    }
    try (DurableStore<Location> file = LocationStore.open(directory.resolve("l.db"))) {
      time.advance(Duration.ofMinutes(10));
      registry = registry(file);
      assertThat(registry.find(NUMBER)).contains(before);
      assertThat(registry.findByKey(second)).isPresent();
      assertThat(refusal(request(MAC, "b", 1).build())).contains(Why.OLD_SEQUENCE);
    }
  }

  @Test
  void whoCouldNotRenewWhileTheSwitchWasDownGetsTwoMinutes() {
    accepted(MAC, "b", 1);
    VirtualTime old = time;
    Map<PhoneNumber, Location> kept = Map.copyOf(store.kept);
    old.advance(Duration.ofHours(5));
    store = new MemoryStore();
    store.kept.putAll(kept);
    registry = registry(store);
    assertThat(registry.find(NUMBER)).isPresent();
    time.advance(Duration.ofSeconds(119));
    assertThat(registry.find(NUMBER)).isPresent();
    time.advance(Duration.ofSeconds(1));
    assertThat(registry.find(NUMBER)).isEmpty();
  }

  @Test
  void theBackupOutlivesTheRegistration() {
    account(Optional.empty(), Optional.of(new PhoneNumber("+15551238888")));
    assertThat(registry.backup(NUMBER)).contains(new PhoneNumber("+15551238888"));
    register(request(MAC, "b", 1).backupNumber(BACKUP).build()).join();
    assertThat(registry.backup(NUMBER)).contains(BACKUP);
    registry.remove(NUMBER, "left");
    registry = registry(store);
    assertThat(registry.backup(NUMBER)).contains(BACKUP);
    accepted(MAC, "c", 1);
    assertThat(registry.backup(NUMBER)).contains(new PhoneNumber("+15551238888"));
  }

  @Test
  void countersAreWrittenInStrides() {
    String key = accepted(MAC, "b", 1).answer().flow().keyId();
    for (long i = 1; i <= 10L * Registry.COUNTER_STRIDE; i++) {
      registry.counterUsed(key, i);
    }
    assertThat(store.soon).isEqualTo(10);
    assertThat(registry.findByKey(key).map(b -> b.current().counter()))
        .contains(10L * Registry.COUNTER_STRIDE);
  }

  @Test
  void refreshesDoNotPushOutOfTheCausesWhatIsWorthKnowing() {
    accepted(MAC, "b", 1);
    for (int i = 2; i < 50; i++) {
      register(request(MAC, "b", i).reason("about to run out").build()).join();
    }
    assertThat(registry.record(NUMBER).orElseThrow().causes())
        .extracting(c -> c.cause())
        .containsExactly("about to run out", "because 1");
  }

  @Test
  void theRecordTellsWhereThePhoneWasAndWhy() {
    register(request(MAC, "b", 1).publicAddress(address("203.0.113.1")).build()).join();
    time.advance(Duration.ofSeconds(5));
    register(request(MAC, "b", 2).publicAddress(address("203.0.113.2")).build()).join();
    var entry = registry.record(NUMBER).orElseThrow();
    assertThat(entry.publicAddress()).contains(address("203.0.113.2"));
    assertThat(entry.previous()).hasSize(1);
    assertThat(entry.previous().get(0).publicAddress()).contains(address("203.0.113.1"));
    assertThat(entry.causes()).extracting(c -> c.cause()).containsExactly("because 2", "because 1");
    assertThat(registry.find(NUMBER).orElseThrow().toString()).doesNotContain("key");
  }

  @Test
  void theSwitchIsElsewhereAndItsRecordsSaySo() throws Exception {
    Accepted before = (Accepted) register(request(MAC, "boot-1", 1).build()).get();
    AssignedEndpoint there =
        new AssignedEndpoint(
            address("203.0.113.101"),
            5060,
            before.binding().endpoint().transport(),
            Optional.empty());
    int writtenSoon = store.soon;

    Binding after = registry.reassign(NUMBER, there, "the switch moved").orElseThrow();

    assertThat(after.endpoint()).isEqualTo(there);
    assertThat(after.current()).isEqualTo(before.binding().current());
    assertThat(after.expiresAt()).isEqualTo(before.binding().expiresAt());
    assertThat(after.causes().list().get(0).cause()).isEqualTo("the switch moved");
    assertThat(registry.find(NUMBER)).contains(after);
    assertThat(Optional.ofNullable(store.kept.get(NUMBER)).flatMap(Location::binding))
        .contains(after);
    assertThat(store.soon).isEqualTo(writtenSoon + 1);
    // A repetition of the registration that the phone never heard the answer to.
    Accepted again = (Accepted) register(request(MAC, "boot-1", 1).build()).get();
    assertThat(again.answer().endpoint()).isEqualTo(there);
    assertThat(registry.reassign(NUMBER, there, "again")).isEmpty();
    assertThat(registry.reassign(BACKUP, there, "not registered")).isEmpty();
  }
}
