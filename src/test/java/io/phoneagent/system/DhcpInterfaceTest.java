// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.lab.Account;
import io.phoneagent.lab.DhcpServer;
import io.phoneagent.lab.InLab;
import io.phoneagent.lab.PhoneProcess;
import io.phoneagent.lab.RunningProgram;
import io.phoneagent.lab.SideBySide;
import io.phoneagent.lab.TestBed;
import java.time.Duration;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of a leased address when others have a hand in its interface, or its phone dies. */
@InLab
@SideBySide
final class DhcpInterfaceTest {
  private static final Account ANN = Numbers.ANN;
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  private TestBed bed;
  private RunningProgram server;

  @BeforeEach
  void build() {
    bed = TestBed.up(Map.of("LAB_DHCP", "0"), ANN);
    server = DhcpServer.DNSMASQ.start(bed.lab());
  }

  @AfterEach
  void end() {
    bed.endPrograms();
    server.close();
    bed.close();
  }

  @Test
  void whatOthersDoToTheInterfaceIsMended() {
    PhoneProcess phone = bed.bootingPhone("phone1", ANN);
    String address = phone.await("leased").text("address");
    await("a way out", this::hasWayOut);

    // A reset shorter than the address's grace: Linux keeps the address and drops the routes.
    inPhone("ip", "link", "set", "eth0", "down");
    inPhone("ip", "link", "set", "eth0", "up");
    await("confirmed", () -> told(phone, "DHCP: confirmed") == 1);
    await("a way out again", this::hasWayOut);

    inPhone("ip", "address", "flush", "dev", "eth0");
    await("its address again", () -> holds(address));
    await("a way out again", this::hasWayOut);
    // The address is there a moment before that is told. "flush" goes on until none is left, so it
    // may have taken what was set again, too.
    await("told", () -> told(phone, "address: somebody has taken the address " + address) > 0);
    phone.close();
  }

  /** The other end of the cable is dead, as where a switch is unplugged: nobody touches eth0. */
  @Test
  void aPulledCableIsNoticedAndThePhoneIsBackWithIt() {
    PhoneProcess phone = bed.bootingPhone("phone1", ANN);
    String address = phone.await("leased").text("address");
    bed.lab().exec("fw1", "ip", "link", "set", "phone1", "down").orFail();
    await("the loss told", () -> told(phone, "the link is down") > 0);
    int mark = phone.events().mark();
    bed.lab().exec("fw1", "ip", "link", "set", "phone1", "up").orFail();
    assertThat(phone.events().await(mark, "leased", PATIENCE).text("address")).isEqualTo(address);
    phone.events().await(mark, "flow-open", PATIENCE);
    await("a way out again", this::hasWayOut);
    phone.close();
  }

  @Test
  void whatAKilledPhoneLeavesIsGoneOnceItIsRefused() {
    PhoneProcess killed = bed.bootingPhone("phone1", ANN);
    String address = killed.await("leased").text("address");
    await("its address", () -> holds(address));
    killed.program().kill();
    killed.program().exitCode(Duration.ofSeconds(10));
    assertThat(holds(address)).isTrue();
    bed.lab().exec("phone1b", "ip", "address", "add", address + "/24", "dev", "eth0").orFail();

    PhoneProcess after = bed.bootingPhone("phone1", ANN);
    String other = after.events().await("leased", PATIENCE).text("address");
    assertThat(other).isNotEqualTo(address);
    await("the other address", () -> holds(other));
    await("the old one is gone", () -> !holds(address));
    after.close();
  }

  private void inPhone(String... command) {
    bed.lab().exec("phone1", command).orFail();
  }

  private boolean hasWayOut() {
    return bed.lab().exec("phone1", "ip", "route").output().contains("default via ");
  }

  private boolean holds(String address) {
    return bed.lab()
        .exec("phone1", "ip", "-4", "address")
        .output()
        .contains(" " + address + "/24 ");
  }

  private static void await(String what, BooleanSupplier happens) {
    Awaitility.await(what).atMost(PATIENCE).until(happens::getAsBoolean);
  }

  /** How often the phone's timeline says so. */
  private static long told(PhoneProcess phone, String cause) {
    return phone.explain().stream()
        .filter(entry -> entry.path("cause").asText().startsWith(cause))
        .count();
  }
}
