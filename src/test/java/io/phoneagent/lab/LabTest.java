// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The lab itself, with programs that are not ours. */
@InLab
final class LabTest {

  private static Lab lab;

  @BeforeAll
  static void build() {
    lab = Lab.up();
  }

  @AfterAll
  static void end() {
    lab.close();
    assertThat(namespaces(lab.prefix())).isEmpty();
  }

  private static List<String> namespaces(String prefix) {
    try (Stream<Path> all = Files.list(Path.of("/run/netns"))) {
      return all.map(path -> path.getFileName().toString())
          .filter(name -> name.startsWith(prefix))
          .toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  @Test
  void phonesAreLeasedAddressesOfTheirSites() {
    assertThat(lab.lease("phone1")).startsWith("192.168.1.1");
    assertThat(lab.lease("phone1b")).startsWith("192.168.1.1").isNotEqualTo(lab.lease("phone1"));
    assertThat(lab.lease("phone2")).startsWith("192.168.2.1");
  }

  @Test
  void theFirewallTellsItsPublicAddressAlsoAfterAChange() {
    lab.lease("phone2");
    String before = statusPage("phone2", "192.168.2.1");
    String now = lab.changePublicIp("site2");
    assertThat(now).isNotEqualTo(before);
    assertThat(statusPage("phone2", "192.168.2.1")).isEqualTo(now);
  }

  private static String statusPage(String host, String gateway) {
    return lab.exec(host, "curl", "-s", "http://" + gateway + "/ip").orFail().output().strip();
  }

  @Test
  void aCutHostHearsNothingUntilHealed() {
    lab.lease("phone1");
    lab.cut("phone1");
    assertThat(curl("phone1", 1).exitCode()).isEqualTo(28);
    lab.heal("phone1");
    // An ARP question that went unheard is asked again a second later at the earliest.
    assertThat(curl("phone1", 5).exitCode()).isZero();
  }

  private static Outcome curl(String host, int seconds) {
    String patience = Integer.toString(seconds);
    return lab.exec(host, "curl", "-s", "--max-time", patience, "http://192.168.1.1/ip");
  }

  @Test
  void aLongWireDelaysExactlyAndLosesItsShare() {
    // phone1b, so that the other tests' host keeps its short wire. DHCP and ARP cross it, too.
    lab.delay("phone1b", 100, 0);
    lab.lease("phone1b");
    assertThat(roundTrips(3)).as("ARP has been done").isNotEmpty();
    List<Double> trips = roundTrips(10);
    assertThat(trips).hasSize(10);
    assertThat(trips.get(5)).isCloseTo(100, within(6.0));

    lab.delay("phone1b", 2, 20);
    // Both ways: 64 % come back, 256 of 400, with a deviation of 10.
    assertThat(roundTrips(400)).hasSizeBetween(206, 306);

    lab.cut("phone1b");
    assertThat(roundTrips(5)).isEmpty();
    lab.heal("phone1b");

    lab.delay("phone1b", 0, 0);
    trips = roundTrips(50);
    assertThat(trips).hasSize(50);
    assertThat(trips.get(25)).isLessThan(3);
  }

  /** Milliseconds, sorted, of those of {@code count} that came back; through the pstn's echo. */
  private static List<Double> roundTrips(int count) {
    RunningProgram echo =
        lab.start(
            "echo",
            "pstn",
            List.of("/usr/bin/python3", "-B", Product.labFile("round-trips.py"), "serve"));
    try (echo) {
      echo.awaitLine(line -> line.equals("ready"), Duration.ofSeconds(10));
      Outcome outcome =
          lab.exec(
              "phone1b",
              "/usr/bin/python3",
              "-B",
              Product.labFile("round-trips.py"),
              TestBed.TRUNK,
              Integer.toString(count));
      List<Double> trips = new ArrayList<>();
      outcome.orFail().output().lines().map(Double::valueOf).sorted().forEach(trips::add);
      return trips;
    }
  }

  @Test
  void aLabGoesDownWhenItsOwnerIsKilled(@TempDir Path folder) {
    RunningProgram owner = RunningProgram.start("owner", folder, List.of("sleep", "600"));
    String prefix = "paown" + owner.pid() + "-";
    List<String> up = new ArrayList<>(List.of("env", "LAB_UPNP=0"));
    up.addAll(List.of("LAB_OWNER=" + owner.pid(), "LAB_STATE=" + folder));
    up.addAll(List.of(Product.labFile("lab"), "-p", prefix, "up"));
    Outcome.of(folder, up, Duration.ofSeconds(60)).orFail();
    assertThat(namespaces(prefix)).isNotEmpty();
    owner.kill();
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(namespaces(prefix)).isEmpty());
    owner.close();
  }
}
