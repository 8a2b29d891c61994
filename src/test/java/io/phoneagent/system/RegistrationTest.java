// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.system;

import static io.phoneagent.system.Numbers.ANN;
import static io.phoneagent.system.Numbers.BOB;
import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.Transport;
import io.phoneagent.lab.Account;
import io.phoneagent.lab.Capture;
import io.phoneagent.lab.Event;
import io.phoneagent.lab.InLab;
import io.phoneagent.lab.PhoneProcess;
import io.phoneagent.lab.SideBySide;
import io.phoneagent.lab.TestBed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * From an address to a flow, as a capture on the phone's own wire and the switch's record show it:
 * the status page is read by HTTP GET at the pre-set interval, the registration goes over TCP, and
 * the phone then speaks to exactly the address and port that it was assigned.
 */
@InLab
@ParameterizedClass
@EnumSource(Transport.class)
@SideBySide
final class RegistrationTest {

  private static TestBed bed;

  private final Transport transport;

  RegistrationTest(Transport transport) {
    this.transport = transport;
  }

  @BeforeAll
  static void build() {
    bed = TestBed.up(ANN, BOB);
  }

  @AfterAll
  static void end() {
    bed.close();
  }

  @BeforeEach
  void over() {
    bed.transport(transport);
  }

  @AfterEach
  void endPhones() {
    bed.endPrograms();
  }

  @Test
  void thePhoneReadsTheFirewallRegistersAndSpeaksToItsAssignedPort() {
    String leased = bed.lab().lease("phone1");
    Capture capture = bed.lab().capture("phone1");
    PhoneProcess phone = bed.phone("phone1", ANN).awaitReachable();
    Event registered = phone.await("registered");
    Awaitility.await("six seconds of watching")
        .atMost(Duration.ofSeconds(15))
        .until(() -> System.currentTimeMillis() > registered.at() + 6000);
    capture.stop();

    // The firewall is asked by GET, before the registration, and then every second.
    List<Double> gets = numbers(capture.fields("http.request.method == GET", "frame.time_epoch"));
    assertThat(capture.fields("http.request", "ip.dst", "http.request.method", "http.request.uri"))
        .allMatch(fields -> fields.equals(List.of("192.168.1.1", "GET", "/ip")));
    double firstToSwitch =
        numbers(
                capture.fields(
                    "tcp.flags.syn == 1 && tcp.flags.ack == 0 && tcp.dstport == 8443",
                    "frame.time_epoch"))
            .get(0);
    assertThat(gets.get(0)).isLessThan(firstToSwitch);
    List<Double> watching = gets.stream().filter(at -> at > registered.at() / 1000).toList();
    assertThat(watching).hasSizeBetween(4, 9);
    for (int i = 1; i < watching.size(); i++) {
      assertThat(watching.get(i) - watching.get(i - 1)).isBetween(0.6, 1.6);
    }

    // The registration went over TCP and TLS, to the switch's public address.
    assertThat(
            capture.fields(
                "tls.handshake.type == 1 && tcp.dstport != 5061", "ip.dst", "tcp.dstport"))
        .isNotEmpty()
        .allMatch(fields -> fields.equals(List.of(TestBed.SWITCH, "8443")));
    TestBed.SwitchRecord record = bed.record(ANN);
    assertThat(record.status()).isEqualTo(200);
    assertThat(record.text("number")).isEqualTo(ANN.number());
    assertThat(record.text("mac")).isEqualToIgnoringCase("02:00:00:00:01:64");
    assertThat(record.text("localAddress")).isEqualTo(leased);
    assertThat(record.text("publicAddress")).isEqualTo("203.0.113.11");
    assertThat(record.text("observedAddress")).startsWith("203.0.113.11");

    // What it was assigned is where it speaks, and nowhere else.
    assertThat(registered.text("endpoint"))
        .isEqualTo(TestBed.SWITCH + (transport == Transport.TLS ? ":5061" : ":5060"));
    String carrier = transport.isStream() ? "tcp" : "udp";
    String others = "!dns && !dhcp && tcp.dstport != 8443 && tcp.dstport != 80";
    assertThat(
            capture.fields(
                carrier
                    + " && ip.src == "
                    + leased
                    + " && "
                    + (transport.isStream() ? others : "!dns && !dhcp"),
                "ip.dst",
                carrier + ".dstport"))
        .isNotEmpty()
        .allMatch(
            fields -> (fields.get(0) + ":" + fields.get(1)).equals(registered.text("endpoint")));
  }

  private static List<Double> numbers(List<List<String>> rows) {
    List<Double> numbers = new ArrayList<>();
    rows.forEach(row -> numbers.add(Double.valueOf(row.get(0))));
    return numbers;
  }

  @Test
  void itsEventsTellTheStoryInOrder() {
    String leased = bed.lab().lease("phone2");
    PhoneProcess phone = bed.phone("phone2", BOB).awaitReachable();
    List<String> names = phone.events().all().stream().map(Event::name).toList();
    assertThat(names).containsSubsequence("leased", "public-address", "registered", "flow-open");
    assertThat(phone.events().all())
        .allSatisfy(event -> assertThat(event.text("cause")).isNotEmpty());

    assertThat(phone.await("leased").text("address")).isEqualTo(leased);
    assertThat(phone.await("leased").text("interface")).isEqualTo("eth0");
    assertThat(phone.await("public-address").text("address")).isEqualTo("198.51.100.11");
    Event registered = phone.await("registered");
    assertThat(registered.text("number")).isEqualTo(BOB.number());
    assertThat(registered.text("transport")).isEqualTo(transport.label());
    assertThat(registered.text("publicAddress")).isEqualTo("198.51.100.11");
    assertThat(registered.text("observedAddress")).startsWith("198.51.100.11");
    Event open = phone.await("flow-open");
    assertThat(open.text("local")).startsWith(leased + ":");
    assertThat(open.text("mapped")).startsWith("198.51.100.11:");
    assertThat(open.text("remote")).isEqualTo(registered.text("endpoint"));
  }

  @Test
  void aWrongSecretIsRefusedAndTheRecordStaysPrivate() {
    Account stranger = new Account(ANN.number(), "wrong", ANN.backup(), false, Optional.empty());
    assertThat(bed.record(stranger).status()).isEqualTo(401);
    PhoneProcess phone = bed.phone("phone1", stranger);
    Event refused =
        phone
            .events()
            .await(
                0,
                event -> List.of("failed", "error").contains(event.name()),
                Duration.ofSeconds(15),
                "failed");
    assertThat(refused.body().toString()).doesNotContain("wrong");
    assertThat(phone.events().named("registered")).isEmpty();
  }
}
