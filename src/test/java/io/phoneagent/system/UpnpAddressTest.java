// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.system;

import static io.phoneagent.system.Numbers.ANN;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.phoneagent.lab.Event;
import io.phoneagent.lab.InLab;
import io.phoneagent.lab.Outages;
import io.phoneagent.lab.PhoneProcess;
import io.phoneagent.lab.RunningProgram;
import io.phoneagent.lab.SideBySide;
import io.phoneagent.lab.TestBed;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The firewall runs miniupnpd, and the phone asks it by UPnP alone. */
@InLab
@SideBySide
final class UpnpAddressTest {
  private static final Duration INTERVAL = Duration.ofMinutes(10);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static TestBed bed;
  private static Optional<RunningProgram> again = Optional.empty();

  @BeforeAll
  static void build() {
    bed = TestBed.up(Map.of("LAB_UPNP", "1"), ANN);
  }

  @AfterAll
  static void end() {
    again.ifPresent(RunningProgram::close);
    bed.close();
  }

  @AfterEach
  void endPhones() {
    bed.endPrograms();
  }

  private static PhoneProcess phone() {
    bed.probe("igd", INTERVAL);
    PhoneProcess phone = bed.phone("phone1", ANN).awaitReachable();
    Event told = phone.await("public-address");
    assertThat(told.text("source")).isEqualTo("igd");
    assertThat(told.text("address")).startsWith("203.0.113.");
    return phone;
  }

  /** What UPnP has made the agent ask for since then. */
  private static List<String> hints(PhoneProcess phone, double since) {
    List<String> hints = new ArrayList<>();
    for (JsonNode entry : phone.explain()) {
      String cause = entry.path("cause").asText();
      if (entry.path("at").asDouble() >= since && cause.startsWith("UPnP")) {
        hints.add(cause);
      }
    }
    return hints;
  }

  /** Within a check's interval of 10 minutes only an event can have told. */
  private static void change(PhoneProcess phone, Outages outages) {
    int mark = phone.events().mark();
    Outages.Outage outage = outages.measure(Duration.ofMillis(300));
    Event moved = phone.await(mark, "flow-moved");
    List<String> hints = hints(phone, outage.changedAt());
    System.out.printf(
        Locale.ROOT,
        "UPnP: the flow moved %.0f ms after the change, the phone could be called after %.0f ms;"
            + " %s, now it is %s%n",
        moved.at() - outage.changedAt(),
        outage.millis(),
        hints,
        outage.newAddress());
    assertThat(outage.millis()).isLessThan(4000);
    assertThat(hints).anyMatch(h -> h.startsWith("UPnP announced"));
    assertThat(phone.await(mark, "public-address").text("address")).isEqualTo(outage.newAddress());
    assertThat(bed.record(ANN).text("observedAddress")).startsWith(outage.newAddress());
  }

  @Test
  void anEventMovesTheFlow() {
    PhoneProcess phone = phone();
    Outages outages = Outages.of(bed, bed.trunk(), "site1", phone);
    for (int i = 0; i < 7; i++) {
      change(phone, outages);
    }
  }

  /** The IGD tells of it as it tells of another address, and some phones make mappings all day. */
  @Test
  void aMappingThatAnotherHostMakesMovesNothing() {
    PhoneProcess phone = phone();
    bed.lab().lease("phone1b");
    int mark = phone.events().mark();
    double before = System.currentTimeMillis();
    map(120);
    map(0);
    Awaitility.await("nothing moves")
        .during(Duration.ofSeconds(3))
        .atMost(Duration.ofSeconds(6))
        .until(() -> phone.events().find(mark, e -> e.name().equals("flow-moved")).isEmpty());
    assertThat(hints(phone, before)).isEmpty();
  }

  /** A mapping by NAT-PMP (RFC 6886 section 3.3); 0 seconds end it. */
  private static void map(int seconds) {
    String ask =
        """
        import socket, struct
        port = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        port.settimeout(5)
        port.sendto(struct.pack("!BBHHHI", 0, 1, 0, 40404, 0 if %1$d == 0 else 40404, %1$d),
                    ("192.168.1.1", 5351))
        answer = port.recv(64)
        assert answer[1] == 129 and answer[2:4] == b"\\0\\0", answer
        """
            .formatted(seconds);
    bed.lab().exec("phone1b", "python3", "-c", ask).orFail();
  }

  /** It forgets its subscribers then; that it is there again makes the phone one of them. */
  @Test
  void afterARestartOfTheGatewaysServiceEventsAreHeardAgain() {
    PhoneProcess phone = phone();
    Path state = bed.lab().state();
    double before = System.currentTimeMillis();
    String stop = "kill $(cat " + state.resolve("pid/upnp-fw1") + ")";
    bed.lab().exec("fw1", "sh", "-c", stop).orFail();
    Awaitility.await("the farewell")
        .atMost(PATIENCE)
        .until(() -> hints(phone, before).stream().anyMatch(h -> h.contains("leaves")));
    List<String> daemon =
        List.of(
            "miniupnpd",
            "-d",
            "-f",
            state.resolve("miniupnpd-fw1.conf").toString(),
            "-P",
            state.resolve("pid/miniupnpd-fw1.own").toString());
    again = Optional.of(bed.lab().start("upnp-again", "fw1", daemon));
    Awaitility.await("the first event of a new subscription")
        .atMost(PATIENCE)
        .until(() -> again.get().errors().contains("SEQ: 0"));
    change(phone, Outages.of(bed, bed.trunk(), "site1", phone));
  }
}
