// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.MacAddress;
import io.phoneagent.PhoneNumber;
import io.phoneagent.Protocol;
import io.phoneagent.Transport;
import io.phoneagent.dnsswitch.account.Account;
import io.phoneagent.dnsswitch.address.AddressPool;
import io.phoneagent.dnsswitch.address.MemoryAddresses;
import io.phoneagent.dnsswitch.call.MemoryLocations;
import io.phoneagent.dnsswitch.registry.Arrival;
import io.phoneagent.dnsswitch.registry.KeyMint;
import io.phoneagent.dnsswitch.registry.Registry;
import io.phoneagent.dnsswitch.registry.RegistrySettings;
import io.phoneagent.protocol.AddressLiteral;
import io.phoneagent.protocol.AssignedEndpoint;
import io.phoneagent.protocol.RegistrationRequest;
import io.phoneagent.testkit.VirtualTime;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Two phones that are both 192.168.1.100, told apart by what the switch gave them. */
class AddressOwnersTest {
  private static final PhoneNumber ALICE = new PhoneNumber("+15551230001");
  private static final PhoneNumber HER_SECOND = new PhoneNumber("+15551230003");
  private static final PhoneNumber BOB = new PhoneNumber("+15551230002");
  private static final MacAddress HERS = MacAddress.of("02:00:00:00:01:64");
  private static final MacAddress HIS = MacAddress.of("02:00:00:00:02:64");
  private static final InetAddress LOCAL = AddressLiteral.parse("192.168.1.100").orElseThrow();

  private final VirtualTime time = new VirtualTime();
  private final AddressPool pool = MemoryAddresses.pool(time);
  private final Registry registry =
      new Registry(
          n ->
              Optional.of(
                  new Account(n, Optional.empty(), Optional.empty(), false, "0".repeat(64))),
          new MemoryLocations(),
          (request, arrival) ->
              Optional.of(new AssignedEndpoint(LOCAL, 5060, Transport.UDP, Optional.empty())),
          KeyMint.random(),
          RegistrySettings.DEFAULT,
          time,
          time,
          time);
  private final AddressOwners owners = new AddressOwners(pool, registry);

  private String lease(MacAddress mac, PhoneNumber number) {
    return AddressLiteral.format(
        pool.lease(mac, Optional.of(number)).toCompletableFuture().join().orElseThrow().address());
  }

  private void register(PhoneNumber number, MacAddress mac) {
    registry.register(
        number,
        RegistrationRequest.builder()
            .mac(mac)
            .localAddress(LOCAL)
            .protocol(Protocol.SIP)
            .transport(Transport.UDP)
            .bootId("b")
            .sequence(1)
            .reason("r")
            .build(),
        new Arrival(new InetSocketAddress(LOCAL, 1), LOCAL));
  }

  @Test
  void aNumberIsReachedAtItsPhonesAddressAndAtNoOther() {
    String hers = lease(HERS, ALICE);
    String his = lease(HIS, BOB);
    register(HER_SECOND, HERS);
    assertThat(owners.reaches(ALICE, hers)).isTrue();
    assertThat(owners.reaches(HER_SECOND, hers)).isTrue();
    assertThat(owners.reaches(BOB, his)).isTrue();
    assertThat(owners.reaches(ALICE, his)).isFalse();
    assertThat(owners.reaches(BOB, hers)).isFalse();
    time.advance(Duration.ofDays(8));
    assertThat(owners.reaches(ALICE, hers)).isFalse(); // it has run out
  }

  @Test
  void anAddressThatNobodyHasReachesNobodyAndAnyOtherHostSaysNothing() {
    assertThat(owners.reaches(ALICE, "198.18.0.0")).isFalse();
    assertThat(owners.reaches(ALICE, "198.19.255.255")).isFalse();
    assertThat(owners.reaches(ALICE, "198.20.0.1")).isTrue();
    assertThat(owners.reaches(ALICE, "192.168.1.100")).isTrue();
    assertThat(owners.reaches(ALICE, "switch.example")).isTrue();
    assertThat(owners.reaches(ALICE, "2001:db8::1")).isTrue();
  }
}
