// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.lab;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** A site whose public address changes again and again; {@link Lab#flap} begins it. */
public final class FlappingSite implements AutoCloseable {
  private final RunningProgram program;
  private final EventLog events;
  private final List<Stay> stays;

  private FlappingSite(RunningProgram program, List<Stay> stays) {
    this.program = program;
    this.events = new EventLog(program);
    this.stays = stays;
  }

  /**
   * How long the site has which address.
   *
   * @param millis the pause before the next change, to which the change itself adds some 30 ms
   */
  public record Stay(String address, int millis) {}

  static FlappingSite start(Path folder, String site, List<String> command, List<Stay> stays) {
    FlappingSite started =
        new FlappingSite(RunningProgram.start("flap-" + site, folder, command), List.copyOf(stays));
    for (Stay stay : stays) {
      started.program.type(
          String.format(Locale.ROOT, "%s %.3f", stay.address(), stay.millis() / 1000.0));
    }
    started.program.closeInput();
    return started;
  }

  /** Waits until the site has the last address; tells each change, with when it began. */
  public List<Event> awaitLast() {
    Duration all = Duration.ofMillis(stays.stream().mapToLong(stay -> stay.millis() + 500L).sum());
    int exit = program.exitCode(all.plusSeconds(60));
    List<Event> changes = events.named("changed");
    if (exit != 0 || changes.size() != stays.size()) {
      throw new AssertionError(program.report("ended with " + exit));
    }
    return changes;
  }

  @Override
  public void close() {
    program.close();
  }
}
