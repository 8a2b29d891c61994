// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.system;

import static io.phoneagent.system.Numbers.ANN;
import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.lab.Capture;
import io.phoneagent.lab.InLab;
import io.phoneagent.lab.Lab;
import io.phoneagent.lab.PhoneProcess;
import io.phoneagent.lab.RunningProgram;
import io.phoneagent.lab.SideBySide;
import io.phoneagent.lab.TestBed;
import io.phoneagent.lab.TrunkPeer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A site has no DHCP server but a relay agent, ISC's, which forwards to the switch: on the firewall
 * itself, or on another host behind its NAT.
 */
@InLab
@SideBySide
final class RelayAgentTest {
  private static final String PHONE_MAC = "02:00:00:00:01:64";
  private static final String POOL = "198.18.0.0/15";
  private static final Pattern UNIQUE = Pattern.compile(" (198\\.1[89]\\.[0-9]+\\.[0-9]+)/32 ");
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String OFFER = "2";

  private TestBed bed;
  private Lab lab;

  @BeforeEach
  void build() {
    bed =
        TestBed.up(
            Map.of("LAB_DHCP", "0", "LAB_SWITCH_UDP", "67, 5060-5061, 20000-20999"),
            List.of("--dhcp=0.0.0.0:67", "--dhcp-dns=203.0.113.1", "--address-lease=16s"),
            ANN.onlyFor(PHONE_MAC));
    lab = bed.lab();
  }

  @AfterEach
  void end() {
    bed.close();
  }

  /** Where phones with addresses of the pool are reached, and the relay agent. */
  private RunningProgram relayOn(String host) {
    lab.exec("fw1", "ip", "route", "add", POOL, "dev", "lan");
    if (host.equals("fw1")) {
      return relay(host, "-id", "lan", "-iu", "wan");
    }
    lab.exec(host, "ip", "address", "add", "192.168.1.50/24", "dev", "eth0");
    lab.exec(host, "ip", "route", "add", "default", "via", "192.168.1.1");
    lab.exec(host, "ip", "route", "add", POOL, "dev", "eth0");
    lab.exec(host, "sysctl", "-q", "-w", "net.ipv4.ip_forward=1");
    return relay(host, "-i", "eth0");
  }

  private RunningProgram relay(String host, String... interfaces) {
    List<String> command = new ArrayList<>(List.of("dhcrelay", "-4", "-d", "-a"));
    command.addAll(List.of(interfaces));
    command.add(TestBed.SWITCH);
    RunningProgram relay = lab.start("relay", host, command);
    await("the relay agent", () -> relay.errors().contains("Sending on   Socket/fallback"));
    return relay;
  }

  private static void await(String what, BooleanSupplier happens) {
    Awaitility.await(what).atMost(PATIENCE).until(happens::getAsBoolean);
  }

  private String uniqueAddress() {
    String[] found = new String[1];
    Awaitility.await("phone1 has a unique address")
        .atMost(PATIENCE)
        .until(
            () -> {
              Matcher address = UNIQUE.matcher(lab.exec("phone1", "ip", "-4", "address").output());
              found[0] = address.find() ? address.group(1) : "";
              return !found[0].isEmpty();
            });
    return found[0];
  }

  private void reachesTheSwitch() {
    // From its own address out through the NAT, and back.
    assertThat(
            lab.exec("phone1", "curl", "-sk", "-m", "5", "https://203.0.113.100:8443/v1/whoami")
                .output())
        .contains("\"203.0.113.11\"");
  }

  private Capture capture(String host) {
    return lab.capture(host, "udp", "port", "67", "or", "udp", "port", "68");
  }

  /** How often udhcpc says that it has leased or renewed it. */
  private static long leased(RunningProgram phone, String address) {
    String said = "lease of " + address + " obtained";
    return phone.errors().lines().filter(line -> line.contains(said)).count();
  }

  private static void isWellFormed(Capture capture) {
    assertThat(capture.fields("_ws.malformed", "frame.number")).isEmpty();
    assertThat(capture.fields("dhcp.option.dhcp == " + OFFER, "frame.number")).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"fw1", "phone1b"})
  void aPlainPhoneGetsItsUniqueAddressAndRenewsItOverARestartOfTheSwitch(String relayHost) {
    Capture atPhone = capture("phone1");
    Capture atSwitch = capture("switch");
    try (RunningProgram relay = relayOn(relayHost);
        RunningProgram phone =
            lab.start(
                "plain-phone",
                "phone1",
                List.of("udhcpc", "-f", "-i", "eth0", "-s", "/etc/udhcpc/default.script"))) {
      String unique = uniqueAddress();
      reachesTheSwitch();
      await("renewed", () -> leased(phone, unique) > 1);
      bed.killAndRestartSwitch();
      long before = leased(phone, unique);
      await("renewed of the next switch", () -> leased(phone, unique) > before);
      assertThat(uniqueAddress()).isEqualTo(unique);
      reachesTheSwitch();
      assertThat(relay.alive()).isTrue();
      assertThat(phone.alive()).isTrue();
    }
    atPhone.stop();
    atSwitch.stop();
    isWellFormed(atPhone);
    isWellFormed(atSwitch);
  }

  @ParameterizedTest
  @ValueSource(strings = {"fw1", "phone1b"})
  void aPhoneOfOursLeasesThereRegistersAndCanBeCalled(String relayHost) {
    Capture atPhone = capture("phone1");
    try (RunningProgram relay = relayOn(relayHost)) {
      PhoneProcess ann = bed.bootingPhone("phone1", ANN).awaitReachable();
      String unique = ann.await("leased").text("address");
      assertThat(unique).startsWith("198.1");
      assertThat(bed.record(ANN).text("localAddress")).isEqualTo(unique);
      TrunkPeer caller = bed.trunk();
      caller.call("a", ANN.number());
      ann.await("call-incoming");
      caller.answered("a", 180, PATIENCE);
      await(
          "renewed",
          () ->
              ann.explain().stream()
                  .anyMatch(e -> e.path("cause").asText().startsWith("DHCP: renewed " + unique)));
      ann.say("quit");
      assertThat(ann.program().exitCode(PATIENCE)).isZero();
      assertThat(relay.alive()).isTrue();
    }
    atPhone.stop();
    isWellFormed(atPhone);
  }

  @Test
  void aDeviceThatNoAccountNamesGetsNothing() {
    Capture atSwitch = capture("switch");
    try (RunningProgram relay = relayOn("fw1")) {
      assertThat(
              lab.exec("phone1b", "udhcpc", "-f", "-n", "-q", "-i", "eth0", "-t", "2", "-T", "1")
                  .exitCode())
          .isNotZero();
      assertThat(relay.alive()).isTrue();
    }
    atSwitch.stop();
    assertThat(atSwitch.fields("dhcp.type == 1", "frame.number")).isNotEmpty();
    assertThat(atSwitch.fields("dhcp.type == 2", "frame.number")).isEmpty();
  }
}
