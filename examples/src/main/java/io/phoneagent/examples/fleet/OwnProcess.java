// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.fleet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What this process has used.
 *
 * @param cpu of all its threads; zero where the system does not tell
 * @param residentKilobytes its memory; 0 where the system does not tell
 */
record OwnProcess(Duration cpu, long residentKilobytes) {

  static OwnProcess now() {
    return new OwnProcess(
        ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO), resident());
  }

  private static long resident() {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
        if (line.startsWith("VmRSS:")) {
          return Long.parseLong(line.replaceAll("[^0-9]", ""));
        }
      }
      return 0;
    } catch (IOException e) {
      return 0; // not Linux
    }
  }
}
