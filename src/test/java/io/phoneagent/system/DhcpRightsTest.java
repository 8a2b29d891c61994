// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.lab.DhcpServer;
import io.phoneagent.lab.InLab;
import io.phoneagent.lab.Lab;
import io.phoneagent.lab.Product;
import io.phoneagent.lab.RunningProgram;
import io.phoneagent.lab.SideBySide;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A phone that leases its address and lacks what that needs: it says what, and how to mend it. */
@InLab
@SideBySide
final class DhcpRightsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final Duration ONCE = Duration.ZERO;
  private static final Duration TWO_TRIES = Duration.ofSeconds(8);

  private static Lab lab;
  private static RunningProgram server;

  @BeforeAll
  static void build() {
    lab = Lab.up(Map.of("LAB_DHCP", "0"));
    server = DhcpServer.DNSMASQ.start(lab);
  }

  @AfterAll
  static void end() {
    server.close();
    lab.close();
  }

  /** What the phone says of its trouble, and nothing else for so long. */
  private static String said(String name, Duration listening, String... before) {
    List<String> command = new ArrayList<>(List.of(before));
    command.addAll(
        Product.command(
            "phone",
            List.of(
                "--number",
                "+15551230001",
                "--secret",
                "s",
                "--switch",
                "https://127.0.0.1:1",
                "--address",
                "dhcp",
                "--interface",
                "eth0")));
    try (RunningProgram phone = lab.start(name, "phone1", command)) {
      Awaitility.await(name).atMost(PATIENCE).until(() -> !troubles(phone).isEmpty());
      Awaitility.await("it says nothing else")
          .during(listening)
          .atMost(listening.plusSeconds(5))
          .until(() -> troubles(phone).size() == 1);
      return troubles(phone).get(0);
    }
  }

  private static List<String> troubles(RunningProgram phone) {
    return phone.lines().stream().filter(line -> line.contains("\"disrupted\"")).toList();
  }

  private static String[] without(String right) {
    return new String[] {"setpriv", "--bounding-set", "-" + right, "--inh-caps", "-" + right};
  }

  @Test
  void withoutTheRightToOpenPacketSockets() {
    assertThat(said("no-raw", ONCE, without("net_raw")))
        .contains("needs the right CAP_NET_RAW", "setcap cap_net_raw,cap_net_admin+ep");
  }

  @Test
  void withoutTheRightToSetAddresses() {
    assertThat(said("no-admin", ONCE, without("net_admin"))).contains("CAP_NET_ADMIN", "eth0");
  }

  @Test
  void withATemporaryFolderThatNothingMayBeRunFrom() throws Exception {
    Path folder = Files.createDirectories(lab.state().resolve("noexec"));
    String script =
        "mount -t tmpfs -o noexec none '"
            + folder
            + "' && JAVA_TOOL_OPTIONS=-Djna.tmpdir='"
            + folder
            + "' exec \"$0\" \"$@\"";
    // At the second try the class is said to be missing, and JNA is not.
    assertThat(said("no-exec", TWO_TRIES, "unshare", "--mount", "sh", "-c", script))
        .contains("JNA's native part cannot be loaded", "-Djna.tmpdir=FOLDER");
  }
}
