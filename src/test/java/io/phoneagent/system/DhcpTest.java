// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.system;

import static io.phoneagent.system.Numbers.ANN;
import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.lab.Capture;
import io.phoneagent.lab.DhcpServer;
import io.phoneagent.lab.Event;
import io.phoneagent.lab.InLab;
import io.phoneagent.lab.PhoneProcess;
import io.phoneagent.lab.RunningProgram;
import io.phoneagent.lab.SideBySide;
import io.phoneagent.lab.TestBed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The phone's host has no address: the phone leases one itself, of each of the servers that
 * firewalls have.
 */
@InLab
@SideBySide
@ParameterizedClass
@EnumSource(DhcpServer.class)
final class DhcpTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String DISCOVER = "1";
  private static final String REQUEST = "3";
  private static final String DECLINE = "4";
  private static final String RELEASE = "7";

  private static TestBed bed;

  private final DhcpServer kind;
  private boolean capturing;
  private Optional<RunningProgram> server = Optional.empty();

  DhcpTest(DhcpServer kind) {
    this.kind = kind;
  }

  @BeforeAll
  static void build() {
    bed = TestBed.up(Map.of("LAB_DHCP", "0"), ANN);
  }

  @AfterAll
  static void end() {
    bed.close();
  }

  @BeforeEach
  void fromTheFactory() {
    bed.forget("phone1");
  }

  @AfterEach
  void endAll() {
    bed.endPrograms();
    server.ifPresent(RunningProgram::close);
    if (capturing) {
      bed.lab().captureStop("phone1");
      capturing = false;
    }
    bed.lab().exec("phone1b", "ip", "address", "flush", "dev", "eth0");
  }

  private Capture capture() {
    capturing = true;
    return bed.lab().capture("phone1", "udp", "port", "67", "or", "udp", "port", "68", "or", "arp");
  }

  private void stop(Capture capture) {
    capturing = false;
    capture.stop();
  }

  private void startServer() {
    server = Optional.of(kind.start(bed.lab()));
  }

  private static boolean holds(String address) {
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

  /** The kinds of the phone's messages in the order of sending. */
  private static List<String> sent(Capture capture) {
    List<String> kinds = new ArrayList<>();
    capture
        .fields("dhcp.type == 1", "dhcp.option.dhcp")
        .forEach(fields -> kinds.add(fields.get(0)));
    return kinds;
  }

  private static void isWellFormed(Capture capture) {
    assertThat(
            capture.fields(
                "_ws.malformed || (eth.src == 02:00:00:00:01:64 && (ip.checksum.status == Bad ||"
                    + " udp.checksum.status == Bad))",
                "frame.number"))
        .isEmpty();
  }

  @Test
  void leasesRenewsRebindsAndReleases() {
    Capture capture = capture();
    startServer();
    PhoneProcess phone = bed.bootingPhone("phone1", ANN);
    Event leased = phone.await("leased");
    String address = leased.text("address");
    assertThat(leased.text("server")).isEqualTo("192.168.1.1");
    assertThat(leased.text("interface")).isEqualTo("eth0");
    assertThat(holds(address)).isTrue();
    phone.awaitReachable();

    await("it renews", () -> told(phone, "DHCP: renewed") > 0);
    // The server no longer hears what is sent to it alone.
    onTheFirewall("add table bridge deaf");
    onTheFirewall("add chain bridge deaf in { type filter hook input priority 0; }");
    onTheFirewall("add rule bridge deaf in ip daddr 192.168.1.1 udp dport 67 drop");
    long before = told(phone, "DHCP: renewed");
    await("it asks everybody and goes on", () -> told(phone, "DHCP: renewed") > before);
    onTheFirewall("delete table bridge deaf");
    assertThat(phone.events().named("leased"))
        .allSatisfy(event -> assertThat(event.text("address")).isEqualTo(address));
    assertThat(phone.events().named("reregistered")).isEmpty();
    assertThat(holds(address)).isTrue();

    phone.say("quit");
    phone.await("stopped");
    phone.close();
    assertThat(holds(address)).isFalse();
    await("it gives the address back", () -> sent(capture).contains(RELEASE));
    stop(capture);
    List<String> sent = sent(capture);
    assertThat(sent).startsWith(DISCOVER).contains(REQUEST).endsWith(RELEASE);
    assertThat(capture.fields("dhcp.option.dhcp == 3 && dhcp.ip.client == " + address, "ip.dst"))
        .as("renewed from its server, then asked of all")
        .contains(List.of("192.168.1.1"), List.of("255.255.255.255"));
    isWellFormed(capture);
  }

  private static void onTheFirewall(String rule) {
    bed.lab().exec("fw1", "nft", rule).orFail();
  }

  @Test
  void keepsItsAddressOverARestartWithoutDiscovering() {
    startServer();
    PhoneProcess before = bed.bootingPhone("phone1", ANN);
    String address = before.await("leased").text("address");
    before.program().terminate();
    before.program().exitCode(Duration.ofSeconds(10));
    bed.lab().exec("phone1", "ip", "address", "flush", "dev", "eth0").orFail();

    Capture capture = capture();
    PhoneProcess after = bed.bootingPhone("phone1", ANN);
    assertThat(after.await("leased").text("address")).isEqualTo(address);
    after.close();
    stop(capture);
    assertThat(sent(capture)).startsWith(REQUEST).doesNotContain(DISCOVER);
    isWellFormed(capture);
  }

  @Test
  void declinesAnAddressThatAnotherHostHas() {
    startServer();
    PhoneProcess before = bed.bootingPhone("phone1", ANN);
    String taken = before.await("leased").text("address");
    before.program().terminate();
    before.program().exitCode(Duration.ofSeconds(10));
    bed.lab().exec("phone1", "ip", "address", "flush", "dev", "eth0").orFail();
    bed.lab().exec("phone1b", "ip", "address", "add", taken + "/24", "dev", "eth0").orFail();

    Capture capture = capture();
    PhoneProcess after = bed.bootingPhone("phone1", ANN);
    assertThat(after.await("leased").text("address")).isNotEqualTo(taken);
    after.close();
    stop(capture);
    assertThat(sent(capture)).contains(DECLINE);
    isWellFormed(capture);
  }
}
