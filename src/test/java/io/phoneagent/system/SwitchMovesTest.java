// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.system;

import static io.phoneagent.system.Numbers.ANN;
import static io.phoneagent.system.Numbers.BOB;
import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.Transport;
import io.phoneagent.lab.Event;
import io.phoneagent.lab.InLab;
import io.phoneagent.lab.Lab;
import io.phoneagent.lab.Outcome;
import io.phoneagent.lab.PhoneProcess;
import io.phoneagent.lab.Product;
import io.phoneagent.lab.SideBySide;
import io.phoneagent.lab.TestBed;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The gateway before the switch gets another public address; BIND serves the switch's name. */
@InLab
@SideBySide
@ParameterizedClass
@EnumSource(Transport.class)
final class SwitchMovesTest {
  private static final String NAME = "switch.dyn.lab.test";
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  // Silence is noticed within 40 s, and the name's old address forgotten within 30 s.
  private static final Duration UNTIL_BACK = Duration.ofSeconds(90);

  @TempDir static Path folder;
  private static TestBed bed;

  private final Transport transport;

  SwitchMovesTest(Transport transport) {
    this.transport = transport;
  }

  @BeforeAll
  static void build() throws Exception {
    Path key = folder.resolve("switch.key");
    Files.writeString(
        key, Outcome.of(folder, List.of("tsig-keygen", "switch-key"), PATIENCE).orFail().output());
    bed =
        TestBed.up(
            Map.of(),
            List.of(
                "--probe=http://10.10.0.1/ip",
                "--check-every=1s",
                "--dns-name=" + NAME,
                "--dns-server=203.0.113.1:5300",
                "--dns-key=" + key),
            ANN,
            BOB);
    bed.switchUrl("https://" + NAME + ":8443");
    startPage(bed.lab());
    startBind(bed.lab(), key);
    awaitName(TestBed.SWITCH);
  }

  private static void startPage(Lab lab) {
    List<String> page =
        List.of("/usr/bin/python3", Product.labFile("router-status.py"), "10.10.0.1", "wan");
    lab.start("status-isp", "ispgw", page);
  }

  private static void startBind(Lab lab, Path key) throws Exception {
    Path zone = folder.resolve("zone");
    Files.writeString(
        zone,
        """
        $TTL 30
        @ IN SOA ns.dyn.lab.test. nobody.dyn.lab.test. 1 3600 600 86400 1
        @ IN NS ns.dyn.lab.test.
        ns IN A 203.0.113.1
        """);
    Path config = folder.resolve("named.conf");
    Files.writeString(
        config,
        """
        include "%s";
        options {
          directory "%s"; pid-file none; session-keyfile none; recursion no;
          listen-on port 5300 { 203.0.113.1; }; listen-on-v6 { none; };
        };
        controls { };
        zone "dyn.lab.test" {
          type primary; file "%s";
          update-policy { grant switch-key name %s A AAAA; };
        };
        """
            .formatted(key, folder, zone, NAME));
    lab.start("named", "internet", List.of("named", "-g", "-c", config.toString()));
  }

  private static void awaitName(String address) {
    Awaitility.await(NAME + " leads to " + address)
        .atMost(PATIENCE.multipliedBy(2))
        .until(
            () ->
                bed.lab().exec("internet", "getent", "ahostsv4", NAME).output().contains(address));
  }

  @AfterAll
  static void end() {
    bed.close();
  }

  @AfterEach
  void endPhones() {
    bed.endPrograms();
  }

  @Test
  void phonesAtBothSitesAreBackWithoutARestart() {
    bed.transport(transport);
    PhoneProcess bob = bed.phone("phone2", BOB, "--answer", "auto").awaitReachable();
    PhoneProcess ann = bed.phone("phone1", ANN).awaitReachable();
    int annsMark = ann.events().mark();
    int bobsMark = bob.events().mark();

    double before = System.currentTimeMillis();
    String now = bed.lab().changePublicIp("isp");

    Event annIsBack = awaitFlow(ann, annsMark, now);
    Event bobIsBack = awaitFlow(bob, bobsMark, now);
    System.out.printf(
        Locale.ROOT,
        "the switch moved to %s: over %s the phones were back after %.1f s and %.1f s%n",
        now,
        transport,
        (annIsBack.at() - before) / 1000,
        (bobIsBack.at() - before) / 1000);
    ann.say("call " + BOB.number());
    ann.await(annsMark, "call-established");
    bob.await(bobsMark, "call-established");

    awaitName(now);
    for (PhoneProcess phone : List.of(ann, bob)) {
      TestBed.SwitchRecord record = bed.record(phone.account());
      assertThat(record.status()).isEqualTo(200);
      assertThat(record.body().toString())
          .contains(now)
          .contains("the switch moved from ")
          .contains(" to " + now);
      assertThat(phone.program().alive()).isTrue();
      assertThat(phone.events().named("registered")).hasSize(1);
    }
    assertThat(health()).contains("\"publicAddress\":\"" + now + "\"", "leads to " + now);
  }

  private static Event awaitFlow(PhoneProcess phone, int mark, String address) {
    return phone
        .events()
        .await(
            mark,
            e ->
                (e.name().equals("flow-open") || e.name().equals("flow-moved"))
                    && e.text("remote").startsWith(address + ":"),
            UNTIL_BACK,
            "a flow to " + address);
  }

  private static String health() {
    return bed.lab()
        .exec("switch", "curl", "-sk", "https://127.0.0.1:8443/health")
        .orFail()
        .output();
  }
}
