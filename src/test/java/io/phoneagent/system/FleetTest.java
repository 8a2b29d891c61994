// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.phoneagent.Transport;
import io.phoneagent.lab.FleetProcess;
import io.phoneagent.lab.Outcome;
import io.phoneagent.lab.Product;
import io.phoneagent.lab.SwitchProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code bin/fleet} beside its switch, in small; {@code benchmarks/fleet} is the large one. */
final class FleetTest {
  private static final int PHONES = 200;

  @TempDir Path folder;

  private static void await(String what, BooleanSupplier holds) {
    Awaitility.await(what)
        .atMost(Duration.ofSeconds(40))
        .pollInterval(Duration.ofMillis(100))
        .until(holds::getAsBoolean);
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void aKilledSwitchAndAStormLoseNobody(Transport transport) throws Exception {
    Path accounts = folder.resolve("accounts.json");
    Path data = folder.resolve("data");
    FleetProcess.addAccounts(folder, accounts, PHONES);
    SwitchProcess dnsSwitch = SwitchProcess.onLoopback(folder, "switch", data, accounts);
    SwitchProcess.Ready ready = dnsSwitch.ready();
    SwitchHealth health = new SwitchHealth(ready.http(), data.resolve("ca.pem"));
    List<String> options =
        List.of(
            "--transport",
            transport.name().toLowerCase(Locale.ROOT),
            "--calls-per-second",
            "5",
            "--call-time",
            "4s");
    try (FleetProcess fleet =
        FleetProcess.start(folder, PHONES, ready.http(), data.resolve("ca.pem"), options)) {
      await("all are reachable", () -> health.flows() == PHONES);
      await("calls", () -> fleet.status().path("calls").path("answered").asInt() > 0);

      dnsSwitch.program().kill();
      dnsSwitch.program().exitCode(Duration.ofSeconds(5));
      dnsSwitch = SwitchProcess.onLoopback(folder, "again", data, accounts, ready);
      await("all are reachable again", () -> health.flows() == PHONES);

      int before = fleet.status().path("reregistrations").asInt();
      fleet.change();
      await("all have registered again", () -> fleet.status().path("upToDate").asInt() == PHONES);

      // A switch that ends waits for its calls, and tells phones to come again.
      dnsSwitch.program().terminate();
      fleet.change();
      dnsSwitch.program().exitCode(Duration.ofSeconds(12));
      dnsSwitch = SwitchProcess.onLoopback(folder, "third", data, accounts, ready);
      await("all have come again", () -> fleet.status().path("upToDate").asInt() == PHONES);
      await("all can be called", () -> health.flows() == PHONES);
      JsonNode summary = fleet.end();
      assertThat(fleet.exitCode()).as(fleet.program().report("ended")).isZero();
      assertThat(summary.path("registered").asInt()).isEqualTo(PHONES);
      assertThat(summary.path("reachable").asInt()).isEqualTo(PHONES);
      assertThat(summary.path("lost").asInt()).isZero();
      assertThat(summary.path("reregistrations").asInt() - before).isGreaterThanOrEqualTo(PHONES);
      assertThat(summary.path("flowsMoved").asInt()).isGreaterThanOrEqualTo(PHONES);
      assertThat(summary.path("calls").path("answered").asInt()).isPositive();
      assertThat(summary.path("retryAfter").path("told").asInt()).isPositive();
      assertThat(summary.path("retryAfter").path("cameAgain").asInt()).isPositive();
      assertThat(summary.path("retryAfter").path("cameEarly").asInt()).isZero();
    } finally {
      dnsSwitch.close();
    }
  }

  @Test
  void aFleetWithoutASwitchHasFailed() {
    Outcome outcome =
        Product.run(
            folder,
            "fleet",
            ("--phones 3 --switch https://127.0.0.1:1 --first-number +15551000000 --secret s"
                    + " --duration 1s")
                .split(" ", -1));
    assertThat(outcome.exitCode()).as(outcome.toString()).isEqualTo(1);
    assertThat(outcome.output()).contains("\"registered\":0", "\"errors\":{\"registration");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--phones 0",
        "--phones 50001",
        "--switch nonsense",
        "--first-number 123",
        "--first-number +999999999999998",
        "--ramp soon",
        "--calls-per-second -1",
        "--transport pigeon",
        "--ca /no/such/ca.pem",
        "--secret-file /no/such/file",
      })
  void wrongArgumentsAreNamed(String wrong) {
    String given = "--phones 9 --switch https://127.0.0.1:1 --first-number +15551000000 --secret s";
    String flag = wrong.split(" ", -1)[0];
    String others = given.replaceAll(flag + " \\S+ ?", "").strip();
    Outcome outcome = Product.run(folder, "fleet", (others + " " + wrong).split(" ", -1));
    assertThat(outcome.exitCode()).as(outcome.toString()).isEqualTo(2);
    assertThat(outcome.errors()).isNotBlank().doesNotContain("\tat ");
    assertThat(outcome.output()).isEmpty();
  }
}
