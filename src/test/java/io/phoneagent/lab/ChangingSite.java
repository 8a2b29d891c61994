// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.lab;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A site whose public address is about to change; {@link Lab#changing} begins it. All that takes
 * time has been done before the moment of the change, which it tells to the millisecond.
 */
public final class ChangingSite implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final RunningProgram program;
  private final EventLog events;
  private final String other;
  private int changes;

  private ChangingSite(RunningProgram program, String other) {
    this.program = program;
    this.events = new EventLog(program);
    this.other = other;
  }

  static ChangingSite start(Path folder, String site, String address, List<String> command) {
    // Each site has two addresses, which end in 11 and 12.
    String other = address.endsWith(".11") ? ".12" : ".11";
    return new ChangingSite(
        RunningProgram.start("change-" + site, folder, command),
        address.substring(0, address.lastIndexOf('.')) + other);
  }

  /**
   * A change.
   *
   * @param address the site's since
   * @param at when it began, in milliseconds of the epoch
   * @param until when the NAT had forgotten all and the new address was there
   */
  public record Change(String address, double at, double until) {}

  /** Changes it, once. */
  public Change change() {
    int mark = changes++;
    program.type(other + " 0");
    Event changed = events.await(mark, "changed", PATIENCE);
    return new Change(other, changed.at(), changed.at() + changed.body().path("took").asDouble());
  }

  @Override
  public void close() {
    program.closeInput();
    program.close();
  }
}
