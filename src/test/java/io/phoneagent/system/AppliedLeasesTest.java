// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jna.Native;
import io.phoneagent.Lease;
import io.phoneagent.dhcp.linux.LinuxLeaseApplier;
import io.phoneagent.dhcpmessage.Ipv4;
import io.phoneagent.lab.InLab;
import io.phoneagent.lab.Outcome;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;

/** What leases make of an interface, in a network namespace of its own. */
@InLab
final class AppliedLeasesTest {
  private static final String RESOLVER = "nameserver 192.0.2.53\n";

  private static String[] applied(Path folder) throws IOException, URISyntaxException {
    Path resolver = Files.writeString(folder.resolve("resolv.conf"), RESOLVER);
    List<String> classPath = new ArrayList<>();
    for (Class<?> one :
        List.of(
            AppliedLeases.class,
            LinuxLeaseApplier.class,
            Ipv4.class,
            Lease.class,
            Native.class,
            Logger.class)) {
      classPath.add(
          Path.of(one.getProtectionDomain().getCodeSource().getLocation().toURI()).toString());
    }
    String script =
        "ip link add eth0 type veth peer name far && ip link set far up && ip link set eth0 up"
            + " && ip address add 10.9.9.9/24 dev eth0 && exec java -cp \"$0\" \"$1\" \"$2\"";
    Outcome outcome =
        Outcome.of(
            folder,
            List.of(
                "unshare",
                "--net",
                "sh",
                "-c",
                script,
                String.join(File.pathSeparator, classPath),
                AppliedLeases.class.getName(),
                resolver.toString()),
            Duration.ofSeconds(60));
    assertThat(outcome.exitCode()).as(outcome.errors()).isZero();
    return outcome.output().split("== ");
  }

  @Test
  void areGivenReplacedAndTaken(@TempDir Path folder) throws IOException, URISyntaxException {
    String[] steps = applied(folder);

    assertThat(steps[1])
        .startsWith("first")
        .contains("inet 192.168.1.100/24 brd 192.168.1.255 scope global dynamic eth0")
        .contains("default via 192.168.1.1 dev eth0")
        .contains("10.7.0.0/16 dev eth0")
        .contains("mtu 1400")
        .containsPattern("valid_lft 360[0-5]sec")
        .contains("search lab.test")
        .contains("nameserver 192.168.1.1");
    // Another address of the same network, where Linux takes the second one with the first.
    assertThat(steps[2])
        .startsWith("moved")
        .contains("inet 192.168.1.101/24")
        .doesNotContain("192.168.1.100")
        .contains("default via 192.168.1.1 dev eth0")
        .contains("10.7.0.0/16 dev eth0");
    assertThat(steps[3])
        .startsWith("rerouted")
        .contains("inet 192.168.1.101/24")
        .contains("default via 192.168.1.2 dev eth0")
        .doesNotContain("default via 192.168.1.1 ")
        .doesNotContain("10.7.0.0/16");
    assertThat(steps[4])
        .startsWith("removed")
        .doesNotContain("192.168.1.")
        .contains("inet 10.9.9.9/24")
        .contains("10.9.9.0/24 dev eth0")
        .contains("mtu 1500")
        .contains(RESOLVER.trim());
    for (int again : List.of(5, 6)) {
      assertThat(steps[again])
          .containsPattern("reset|flushed")
          .contains("inet 192.168.1.100/24")
          .contains("default via 192.168.1.1 dev eth0")
          .contains("10.7.0.0/16 dev eth0");
    }
    assertThat(steps[7])
        .startsWith("abandoned")
        .doesNotContain("inet 192.168.1.", "via 192.168.1.")
        .doesNotContain("10.7.0.0/16")
        .contains("inet 10.9.9.9/24");
    // A resolver's file that was not there is not there again.
    assertThat(steps[8]).startsWith("written true");
    assertThat(steps[9]).startsWith("absent true");
  }
}
