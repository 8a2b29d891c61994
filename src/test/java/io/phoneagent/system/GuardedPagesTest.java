// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.system;

import static io.phoneagent.system.Numbers.ANN;
import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.lab.Capture;
import io.phoneagent.lab.InLab;
import io.phoneagent.lab.PhoneProcess;
import io.phoneagent.lab.RunningProgram;
import io.phoneagent.lab.SideBySide;
import io.phoneagent.lab.TestBed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The firewall's page is served by lighttpd, which checks Digest with SHA-256 and keeps
 * connections, and by busybox, which checks Basic and closes each: both the ones that routers have.
 */
@InLab
@SideBySide
final class GuardedPagesTest {
  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private static final String PASSWORD = "pages-Very/hidden+Word";

  private static final List<RunningProgram> servers = new ArrayList<>();
  private static TestBed bed;
  private static Path folder;

  @BeforeAll
  static void build() throws IOException {
    bed = TestBed.up(ANN);
    folder = Files.createDirectories(bed.lab().state().resolve("pages"));
    for (String realm : List.of("open", "digest", "basic")) {
      Files.createDirectories(folder.resolve(realm));
    }
    Path users = Files.writeString(folder.resolve("users"), "admin:" + PASSWORD + "\n");
    Path busybox = Files.writeString(folder.resolve("httpd.conf"), "/basic:admin:" + PASSWORD);
    Path lighttpd =
        Files.writeString(
            folder.resolve("lighttpd.conf"),
            """
            server.modules = ("mod_auth", "mod_authn_file")
            server.document-root = "%s"
            server.bind = "192.168.1.1"
            server.port = 8080
            server.stat-cache-engine = "disable"
            mimetype.assign = ("" => "text/plain")
            auth.backend = "plain"
            auth.backend.plain.userfile = "%s"
            auth.require = (
              "/digest/" => ("method" => "digest", "realm" => "router",
                             "require" => "valid-user", "algorithm" => "SHA-256"))
            """
                .formatted(folder, users));
    servers.add(
        bed.lab().start("lighttpd", "fw1", List.of("lighttpd", "-D", "-f", lighttpd.toString())));
    servers.add(
        bed.lab()
            .start(
                "busybox",
                "fw1",
                List.of(
                    "busybox",
                    "httpd",
                    "-f",
                    "-p",
                    "192.168.1.1:8088",
                    "-c",
                    busybox.toString(),
                    "-h",
                    folder.toString())));
    for (String url : List.of("http://192.168.1.1:8080/open/", "http://192.168.1.1:8088/open/")) {
      Awaitility.await(url)
          .atMost(Duration.ofSeconds(10))
          .until(() -> bed.lab().exec("fw1", "curl", "-s", url).exitCode() == 0);
    }
  }

  @AfterAll
  static void end() {
    servers.forEach(RunningProgram::close);
    bed.close();
  }

  @AfterEach
  void endPhones() {
    bed.endPrograms();
  }

  private static String publicAddress() {
    Matcher address =
        Pattern.compile("inet ([0-9.]+)/")
            .matcher(
                bed.lab()
                    .exec("fw1", "ip", "-4", "-o", "address", "show", "dev", "wan")
                    .orFail()
                    .output());
    assertThat(address.find()).isTrue();
    return address.group(1);
  }

  private static void publish(String address) throws IOException {
    for (String realm : List.of("open", "digest", "basic")) {
      Files.writeString(folder.resolve(realm).resolve("status"), "WAN IP: " + address + "\n");
    }
  }

  private static PhoneProcess phone() {
    return bed.phone("phone1", ANN, "--probe-user", "admin", "--probe-password", PASSWORD)
        .awaitReachable();
  }

  @ParameterizedTest
  @CsvSource({
    // server and page | whether it keeps connections | what it asks for
    "8080/open, true, ''",
    "8080/digest, true, Digest",
    "8088/open, false, ''",
    "8088/basic, false, Basic"
  })
  void thePageIsReadAndFollowed(String where, boolean keeps, String scheme) throws IOException {
    publish(publicAddress());
    bed.probe("http://192.168.1.1:" + where + "/status", INTERVAL);
    bed.lab().lease("phone1");
    Capture capture = bed.lab().capture("phone1");
    PhoneProcess phone = phone();
    assertThat(phone.await("public-address").text("address")).isEqualTo(publicAddress());
    long from = System.currentTimeMillis();
    Awaitility.await("ten checks")
        .atMost(Duration.ofSeconds(20))
        .until(() -> System.currentTimeMillis() > from + 10_000);

    int mark = phone.events().mark();
    String changed = bed.lab().changePublicIp("site1");
    publish(changed);
    assertThat(phone.await(mark, "public-address").text("address")).isEqualTo(changed);
    phone.await(mark, "flow-moved");
    capture.stop();

    String port = where.substring(0, 4);
    int gets = capture.fields("http.request && tcp.dstport == " + port, "http.request.uri").size();
    int opened =
        capture
            .fields("tcp.flags.syn == 1 && tcp.flags.ack == 0 && tcp.dstport == " + port, "ip.dst")
            .size();
    int packets = capture.fields("tcp.port == " + port, "frame.len").size();
    int unchanged = capture.fields("http.response.code == 304", "frame.len").size();
    System.out.printf(
        Locale.ROOT,
        "%s: %d questions, %d of them unchanged, over %d connections, %.1f packets each%n",
        where,
        gets,
        unchanged,
        opened,
        (double) packets / gets);
    assertThat(gets).isGreaterThanOrEqualTo(10);
    assertThat(unchanged).isPositive();
    // Kept, there are the first, and new ones after its challenge and the change of address.
    assertThat(opened).matches(n -> keeps ? n <= 5 : n >= gets);
    assertThat(
            capture.fields(
                "http.authorization && !(ip.dst == 192.168.1.1 && tcp.dstport == " + port + ")",
                "ip.dst"))
        .isEmpty();
    assertThat(capture.fields("http.authorization", "http.authorization"))
        .allMatch(fields -> !scheme.isEmpty() && fields.get(0).startsWith(scheme));
    assertThat(phone.explain().toString()).doesNotContain(PASSWORD);
  }

  /** The lab's firewall shows a page as DD-WRT does, among others; its path is not given. */
  @Test
  void theStatusPageIsFound() {
    bed.probe("status-page", INTERVAL);
    PhoneProcess phone = bed.phone("phone1", ANN).awaitReachable();
    assertThat(phone.await("public-address").text("source")).isEqualTo("status-page");
    int mark = phone.events().mark();
    String changed = bed.lab().changePublicIp("site1");
    assertThat(phone.await(mark, "public-address").text("address")).isEqualTo(changed);
    phone.await(mark, "flow-moved");
  }

  /** The provider translates too (RFC 6598); the switch sees where the phone is. */
  @Test
  void theAddressBehindAnotherNatIsNotFollowed() throws IOException {
    String said = "100.64.0.9";
    publish(said);
    bed.probe("http://192.168.1.1:8080/open/status", INTERVAL);
    PhoneProcess phone = bed.phone("phone1", ANN, "--probe", "whoami").awaitReachable();
    Awaitility.await("the address that the switch sees")
        .atMost(Duration.ofSeconds(10))
        .until(() -> bed.record(ANN).body().path("publicAddress").asText().equals(publicAddress()));
    Awaitility.await("the verdict")
        .atMost(Duration.ofSeconds(10))
        .until(() -> phone.explain().toString().contains("CGNAT: the gateway has " + said));

    int mark = phone.events().mark();
    String changed = bed.lab().changePublicIp("site1");
    assertThat(phone.await(mark, "flow-moved").text("mapped")).startsWith(changed + ":");
    Awaitility.await("the address that the switch sees then")
        .atMost(Duration.ofSeconds(20))
        .until(() -> bed.record(ANN).body().path("publicAddress").asText().equals(changed));
    assertThat(phone.events().named("public-address"))
        .isNotEmpty()
        .noneMatch(event -> event.text("address").equals(said));
  }
}
