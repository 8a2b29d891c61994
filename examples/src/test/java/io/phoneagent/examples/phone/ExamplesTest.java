// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.phone;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.examples.ata.TwoTelephones;
import io.phoneagent.examples.timeline.WatchTimeline;
import io.phoneagent.examples.twolines.TwoLineDevice;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The examples, run as programs against a switch. */
@Timeout(60)
class ExamplesTest {
  @TempDir Path data;

  @Test
  void bothLinesOfADeviceCanBeCalledAndOneCallsTheOther() throws Exception {
    try (TestSwitch dnsSwitch = new TestSwitch(data, "+15551230001", "s1", "+15551230002", "s1")) {
      Process device =
          dnsSwitch.example(
              TwoLineDevice.class, dnsSwitch.address(), "lo", "+15551230001", "+15551230002", "s1");
      try (BufferedReader out = device.inputReader(StandardCharsets.UTF_8)) {
        List<String> said = out.lines().filter(l -> l.startsWith("+")).toList();
        assertThat(said.subList(0, 2))
            .anySatisfy(l -> assertThat(l).startsWith("+15551230001 can be called through 127."))
            .anySatisfy(l -> assertThat(l).startsWith("+15551230002 can be called through 127."));
        assertThat(said.subList(2, said.size()))
            .containsExactly(
                "+15551230002 rings: +15551230001 calls", "+15551230001 heard the busy tone: 486");
        assertThat(device.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(device.exitValue()).isZero();
      } finally {
        device.destroyForcibly();
      }
    }
  }

  @Test
  void ofTwoTelephonesAtAnAdapterTheFirstCallsTheSecond() throws Exception {
    try (TestSwitch dnsSwitch = new TestSwitch(data, "+15551230001", "s1", "+15551230002", "s1")) {
      Process adapter =
          dnsSwitch.example(
              TwoTelephones.class, dnsSwitch.address(), "lo", "+15551230001", "+15551230002", "s1");
      try (BufferedReader out = adapter.inputReader(StandardCharsets.UTF_8)) {
        List<String> said = out.lines().filter(l -> !l.startsWith("+")).toList();
        assertThat(said)
            .containsSubsequence(
                "first: plays [350, 440] Hz",
                "second: rings",
                "first: plays nothing",
                "first: they talk")
            .contains("second: 15551230001 calls");
        assertThat(adapter.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(adapter.exitValue()).isZero();
      } finally {
        adapter.destroyForcibly();
      }
    }
  }

  @Test
  void theTimelineIsToldAsItGrows() throws Exception {
    try (TestSwitch dnsSwitch = new TestSwitch(data, "+15551230001", "s1")) {
      Process watch =
          dnsSwitch.example(WatchTimeline.class, dnsSwitch.address(), "lo", "+15551230001", "s1");
      try (BufferedReader out = watch.inputReader(StandardCharsets.UTF_8)) {
        List<String> said =
            out.lines()
                .filter(l -> l.contains(" -> "))
                .takeWhile(l -> !l.contains("-> Open:"))
                .toList();
        assertThat(said.get(0)).contains("agent", "Stopped -> Leasing: ");
        assertThat(said).anySatisfy(l -> assertThat(l).contains("+15551230001", "-> Registered: "));
        assertThat(said).doesNotHaveDuplicates();
      } finally {
        watch.destroyForcibly();
      }
    }
  }
}
