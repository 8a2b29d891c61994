// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.address;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.MacAddress;
import io.phoneagent.testkit.VirtualTime;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that hands out addresses as fast as it can is killed: what it has told holds. */
class KilledPoolTest {
  private static final int TOLD = 50_000;

  private static AddressPool pool(Path file) {
    return new AddressPool(
        AddressRange.DEFAULT, Duration.ofDays(7), new VirtualTime(), AddressPool.store(file));
  }

  @Test
  void everyAddressThatWasToldSurvivesAKillAndIsOneDevicesOnly(@TempDir Path directory)
      throws Exception {
    Path file = directory.resolve("a.db");
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Child.class.getName(),
                file.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    List<String> told = new ArrayList<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(child.getInputStream(), StandardCharsets.US_ASCII))) {
      while (told.size() < TOLD) {
        told.add(lines.readLine());
      }
      child.toHandle().destroyForcibly(); // the process's own would close the stream
      lines.lines().filter(l -> l.endsWith(".")).forEach(told::add);
    }
    assertThat(child.waitFor(10, TimeUnit.SECONDS)).isTrue();
    Set<String> addresses = new HashSet<>();
    try (AddressPool pool = pool(file)) {
      for (String line : told) {
        String[] words = line.substring(0, line.length() - 1).split(" ", -1);
        assertThat(addresses.add(words[1])).as(line).isTrue();
        assertThat(pool.find(InetAddress.getByName(words[1])).map(AddressLease::mac))
            .as(line)
            .contains(MacAddress.of(words[0]));
      }
    }
  }

  /** Four threads that take addresses for ever more devices, and say so for each one answered. */
  static final class Child {
    private Child() {}

    public static void main(String[] args) {
      AddressPool pool = pool(Path.of(args[0]));
      for (int thread = 0; thread < 4; thread++) {
        int from = thread;
        new Thread(() -> take(pool, from), "taker " + thread).start();
      }
    }

    private static void take(AddressPool pool, int from) {
      List<CompletionStage<Void>> all = new ArrayList<>();
      for (int i = from; i < AddressRange.DEFAULT.size(); i += 4) {
        MacAddress mac = MacAddress.of(String.format("02%010x", i));
        all.add(
            pool.lease(mac, Optional.empty())
                .thenAccept(
                    lease ->
                        System.out.println(
                            mac + " " + lease.orElseThrow().address().getHostAddress() + ".")));
      }
      all.forEach(each -> each.toCompletableFuture().join());
    }
  }
}
