// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.address;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phoneagent.InvalidSettingException;
import io.phoneagent.MacAddress;
import io.phoneagent.PhoneNumber;
import io.phoneagent.protocol.AddressLiteral;
import io.phoneagent.testkit.VirtualTime;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who gets which unique address, and for how long. */
class AddressPoolTest {
  private static final MacAddress ONE = mac(1);
  private static final MacAddress TWO = mac(2);
  private static final MacAddress THREE = mac(3);
  private static final PhoneNumber ALICE = new PhoneNumber("+15551230001");
  private static final PhoneNumber BOB = new PhoneNumber("+15551230002");
  private static final Duration WEEK = Duration.ofDays(7);

  private final VirtualTime time = new VirtualTime();
  private final MemoryAddresses store = new MemoryAddresses();
  private AddressPool pool = pool("198.18.0.0/15");

  private static MacAddress mac(int i) {
    return MacAddress.of(String.format("02%010x", i));
  }

  private AddressPool pool(String range) {
    return new AddressPool(AddressRange.of(range), WEEK, time, store);
  }

  private static Optional<InetAddress> told(CompletionStage<Optional<AddressLease>> answer) {
    return answer.toCompletableFuture().join().map(AddressLease::address);
  }

  private Optional<InetAddress> lease(MacAddress mac) {
    return told(pool.lease(mac, Optional.empty()));
  }

  private InetAddress leaseFor(MacAddress mac, PhoneNumber number) {
    return told(pool.lease(mac, Optional.of(number))).orElseThrow();
  }

  @Test
  void anOfferIsWhatWillBeGivenAndTakesNothing() {
    InetAddress offered = pool.offer(ONE).orElseThrow().address();
    assertThat(pool.held()).isZero();
    assertThat(store.kept).isEmpty();
    assertThat(lease(ONE)).contains(offered);
    assertThat(pool.offer(ONE).orElseThrow().address()).isEqualTo(offered);
  }

  @Test
  void ofAFullPoolNothingIsOfferedButToWhoHasOne() {
    pool = pool("198.18.0.0/30");
    lease(ONE);
    lease(TWO);
    assertThat(pool.offer(THREE)).isEmpty();
    assertThat(pool.offer(TWO)).isPresent();
    time.advance(WEEK.plusSeconds(1));
    assertThat(pool.offer(THREE)).isPresent();
    assertThat(pool.offer(ONE)).isPresent();
  }

  @Test
  void whatADeviceDeclinesNobodyGetsAndItTakesOneAtATimeOutOfThePool() {
    pool = pool("198.18.0.0/30");
    InetAddress first = lease(ONE).orElseThrow();
    assertThat(pool.setAside(TWO, first)).isFalse();
    assertThat(pool.setAside(ONE, first)).isTrue();
    InetAddress second = lease(ONE).orElseThrow();
    assertThat(second).isNotEqualTo(first);
    assertThat(lease(TWO)).isEmpty();
    assertThat(pool.setAside(ONE, second)).isTrue();
    assertThat(lease(TWO)).contains(first);
    assertThat(lease(THREE)).isEmpty();
  }

  @Test
  void aPhonesUniqueAddressIsNotDeclined() {
    InetAddress phones = told(pool.lease(ONE, Optional.of(ALICE))).orElseThrow();
    assertThat(pool.setAside(ONE, phones)).isFalse();
    assertThat(lease(ONE)).contains(phones);
  }

  @Test
  void aDeviceHasOneAddressAndAlwaysTheSame() {
    InetAddress first = leaseFor(ONE, ALICE);
    assertThat(leaseFor(ONE, ALICE)).isEqualTo(first);
    assertThat(leaseFor(ONE, BOB)).isEqualTo(first); // its second line
    assertThat(leaseFor(TWO, new PhoneNumber("+15551230003"))).isNotEqualTo(first);
    pool = pool("198.18.0.0/15"); // a restart
    assertThat(leaseFor(ONE, ALICE)).isEqualTo(first);
    time.advance(WEEK.multipliedBy(10));
    assertThat(leaseFor(ONE, ALICE)).isEqualTo(first);
  }

  @Test
  void itHoldsForItsTimeAndLongerWhenItIsRenewed() {
    InetAddress address = lease(ONE).orElseThrow();
    time.advance(WEEK.minusSeconds(1));
    assertThat(pool.find(address).map(AddressLease::mac)).contains(ONE);
    assertThat(pool.renew(ONE, ALICE, address)).isTrue();
    time.advance(WEEK.minusSeconds(1));
    assertThat(pool.find(address)).isPresent();
    assertThat(pool.held()).isEqualTo(1);
    time.advance(Duration.ofSeconds(1));
    assertThat(pool.find(address)).isEmpty();
    assertThat(pool.held()).isZero();
    assertThat(pool.renew(ONE, ALICE, address)).isTrue(); // nobody else has come
    assertThat(pool.find(address)).isPresent();
  }

  @Test
  void nobodyRenewsWhatIsNotHis() {
    InetAddress address = lease(ONE).orElseThrow();
    assertThat(pool.renew(TWO, ALICE, address)).isFalse();
    assertThat(pool.renew(ONE, ALICE, AddressLiteral.parse("198.18.0.1").orElseThrow())).isFalse();
    assertThat(pool.renew(ONE, ALICE, AddressLiteral.parse("10.0.0.1").orElseThrow())).isFalse();
  }

  @Test
  void whatIsRenewedOftenIsWrittenSeldom() {
    InetAddress address = leaseFor(ONE, ALICE);
    for (int i = 0; i < 100; i++) {
      time.advance(Duration.ofHours(1));
      assertThat(pool.renew(ONE, ALICE, address)).isTrue();
    }
    assertThat(store.writes).isEqualTo(2);
  }

  @Test
  void anEmptyPoolSaysWhenTheNextIsFreeAndThenGivesTheOldest() {
    pool = pool("192.0.2.0/30"); // two addresses
    InetAddress first = lease(ONE).orElseThrow();
    time.advance(Duration.ofHours(1));
    InetAddress second = lease(TWO).orElseThrow();
    assertThat(second).isNotEqualTo(first);
    assertThat(lease(THREE)).isEmpty();
    assertThat(pool.nextFree()).isEqualTo(WEEK.minusHours(1).plusSeconds(1));
    time.advance(pool.nextFree());
    assertThat(lease(THREE)).contains(first);
    assertThat(pool.renew(ONE, ALICE, first)).isFalse();
    assertThat(lease(ONE)).isEmpty();
    time.advance(WEEK);
    assertThat(lease(ONE)).contains(second);
    pool = pool("192.0.2.0/30");
    assertThat(pool.find(second).map(AddressLease::mac)).contains(ONE);
  }

  @Test
  void aLineThatRenewsWhatItsOtherDevicesHadHoldsOneAddressOnly() {
    Map<MacAddress, InetAddress> had = new LinkedHashMap<>();
    for (int i = 1; i <= 20; i++) {
      had.put(mac(i), leaseFor(mac(i), ALICE));
    }
    had.forEach((mac, address) -> assertThat(pool.renew(mac, ALICE, address)).isTrue());
    assertThat(pool.held()).isEqualTo(1);
  }

  @Test
  void aLineThatAsksForManyDevicesHoldsOneAddressOnly() {
    pool = pool("192.0.2.0/29"); // six addresses
    leaseFor(TWO, BOB);
    for (int i = 10; i < 1_000; i++) {
      leaseFor(mac(i), ALICE);
      assertThat(pool.held()).isEqualTo(2);
    }
  }

  @Test
  void aLineThatComesToAPlainDevicesAddressCannotEndIt() {
    InetAddress plain = lease(ONE).orElseThrow();
    assertThat(leaseFor(ONE, ALICE)).isEqualTo(plain);
    leaseFor(TWO, ALICE);
    assertThat(pool.find(plain)).get().extracting(AddressLease::mac).isEqualTo(ONE);

    pool = pool("198.18.0.0/15"); // the switch starts again
    assertThat(leaseFor(ONE, BOB)).isEqualTo(plain);
    leaseFor(THREE, BOB);
    assertThat(pool.find(plain)).isPresent();
  }

  @Test
  void whatAPlainDeviceNoLongerHoldsIsTheLinesThatTakesItNext() {
    InetAddress plain = lease(ONE).orElseThrow();
    time.advance(WEEK.plusSeconds(1));
    leaseFor(ONE, ALICE);
    leaseFor(TWO, ALICE);
    assertThat(pool.find(plain)).isEmpty();

    pool = pool("198.18.0.0/15"); // released, by whom it does not say any more
    leaseFor(ONE, ALICE);
    leaseFor(TWO, ALICE);
    assertThat(pool.held()).isEqualTo(1);
  }

  @Test
  void itIsAnsweredWhenItIsDurableAndNotBefore() {
    store.held = true;
    CompletionStage<Optional<AddressLease>> first = pool.lease(ONE, Optional.empty());
    CompletionStage<Optional<AddressLease>> repeated = pool.lease(ONE, Optional.empty());
    assertThat(first.toCompletableFuture()).isNotDone();
    assertThat(repeated.toCompletableFuture()).isNotDone();
    store.waiting.remove().run();
    assertThat(told(repeated)).isEqualTo(told(first));
  }

  @Test
  void whatCouldNotBeWrittenIsWrittenWhenItIsAskedForAgain() {
    store.broken = true;
    assertThat(pool.lease(ONE, Optional.empty()).toCompletableFuture()).isCompletedExceptionally();
    store.broken = false;
    assertThat(lease(ONE)).isPresent();
    assertThat(store.kept).hasSize(1);
  }

  @Test
  void anotherRangeBeginsAnewAndTheOldOneIsNotForgotten() {
    InetAddress before = lease(ONE).orElseThrow();
    pool = pool("10.99.0.0/16");
    assertThat(lease(ONE).orElseThrow().getHostAddress()).startsWith("10.99.");
    pool = pool("198.18.0.0/15");
    assertThat(lease(ONE)).contains(before);
  }

  /** Four threads, 50,000 devices, a real file. */
  @Test
  void fiftyThousandAtOnceGetFiftyThousandAddresses(@TempDir Path directory) throws Exception {
    int devices = 50_000;
    int threads = 4;
    Map<MacAddress, InetAddress> all = new HashMap<>();
    ExecutorService callers = Executors.newFixedThreadPool(threads);
    try (AddressPool real =
        new AddressPool(
            AddressRange.DEFAULT, WEEK, time, AddressPool.store(directory.resolve("a.db")))) {
      List<Callable<Map<MacAddress, CompletionStage<Optional<AddressLease>>>>> parts =
          new ArrayList<>();
      for (int part = 0; part < threads; part++) {
        int from = part;
        parts.add(
            () -> {
              Map<MacAddress, CompletionStage<Optional<AddressLease>>> answers = new HashMap<>();
              for (int i = from; i < devices; i += threads) {
                answers.put(mac(i), real.lease(mac(i), Optional.empty()));
              }
              return answers;
            });
      }
      for (Future<Map<MacAddress, CompletionStage<Optional<AddressLease>>>> part :
          callers.invokeAll(parts)) {
        part.get().forEach((mac, answer) -> all.put(mac, told(answer).orElseThrow()));
      }
    } finally {
      callers.shutdown();
    }
    Set<InetAddress> different = new HashSet<>(all.values());
    assertThat(different).hasSize(devices);
    try (AddressPool again =
        new AddressPool(
            AddressRange.DEFAULT, WEEK, time, AddressPool.store(directory.resolve("a.db")))) {
      assertThat(again.held()).isEqualTo(devices);
      all.forEach(
          (mac, address) -> assertThat(again.find(address).map(AddressLease::mac)).contains(mac));
    }
  }

  @ParameterizedTest
  @CsvSource({"198.18.0.0/15, 131070", "192.0.2.0/30, 2", "10.0.0.0/8, 16777214"})
  void allOfANetworkButItsEnds(String cidr, int size) {
    AddressRange range = AddressRange.of(cidr);
    assertThat(range).hasToString(cidr);
    assertThat(range.size()).isEqualTo(size);
    assertThat(range.indexOf(range.at(0))).contains(0);
    assertThat(range.indexOf(range.at(size - 1))).contains(size - 1);
    String network = cidr.substring(0, cidr.indexOf('/'));
    InetAddress first = AddressLiteral.parse(network).orElseThrow();
    assertThat(range.contains(first)).isTrue();
    assertThat(range.indexOf(first)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "198.18.0.0",
        "198.18.0.0/",
        "198.18.0.0/31",
        "198.18.0.0/7",
        "198.18.0.0/x",
        "198.18.0.1/15",
        "2001:db8::/64",
        "switch.example/15",
        "198.18.0.0/15/15"
      })
  void whatIsNoRangeIsRefusedAndSaysHowOneLooks(String cidr) {
    assertThatThrownBy(() -> AddressRange.of(cidr))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageMatching(".*198\\.18\\.0\\.0/15.*");
  }
}
