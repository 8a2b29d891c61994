// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.lab;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;

/** The packets of one host, as tcpdump wrote them and tshark reads them. */
public final class Capture {

  private final Lab lab;
  private final String host;
  private final Path file;

  Capture(Lab lab, String host, Path file) {
    this.lab = lab;
    this.host = host;
    this.file = file;
    // tcpdump writes the file's header when it has begun to listen.
    Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> file.toFile().length() > 0);
  }

  /** Ends the capture. */
  public void stop() {
    lab.captureStop(host);
  }

  /** For every packet that passes the display filter, these fields. */
  public List<List<String>> fields(String displayFilter, String... fields) {
    List<String> command =
        new ArrayList<>(
            List.of("tshark", "-n", "-r", file.toString(), "-Y", displayFilter, "-T", "fields"));
    for (String field : fields) {
      command.add("-e");
      command.add(field);
    }
    String out =
        Outcome.of(lab.state().resolve("run"), command, Duration.ofSeconds(60)).orFail().output();
    return out.lines()
        .filter(line -> !line.isBlank())
        .map(line -> List.of(line.split("\t", -1)))
        .toList();
  }
}
