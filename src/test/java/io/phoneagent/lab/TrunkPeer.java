// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.lab;

import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

/**
 * The gateway at the far end of the switch's trunk: calls numbers and is called, on one socket and
 * one clock. {@code src/test/lab/trunk.py} tells its commands.
 */
public final class TrunkPeer implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final RunningProgram program;
  private final EventLog events;

  private TrunkPeer(RunningProgram program) {
    this.program = program;
    this.events = new EventLog(program);
  }

  /** Starts it on a host's address, with the switch at its address; both HOST:PORT. */
  public static TrunkPeer start(Lab lab, String host, String own, String dnsSwitch) {
    TrunkPeer peer =
        new TrunkPeer(
            lab.start(
                "trunk-" + own.replace(':', '-'),
                host,
                List.of("/usr/bin/python3", "-B", Product.labFile("trunk.py"), own, dnsSwitch)));
    peer.events.await("ready", PATIENCE);
    return peer;
  }

  /** All that it said. */
  public EventLog events() {
    return events;
  }

  /** Types a command. */
  public void say(String command) {
    program.type(command);
  }

  /** Calls a number; the options are those of {@code trunk.py}. */
  public void call(String id, String number, String... options) {
    say("call " + id + " " + number + " " + String.join(" ", options));
  }

  /** What it does when called: ring, answer, ignore or a status; with the options for audio. */
  public void incoming(String what, String... options) {
    say("incoming " + what + " " + String.join(" ", options));
  }

  /** When the INVITE of that call was sent. */
  public Event invited(String id) {
    return events.await(0, about("invite", id), PATIENCE, "invite " + id);
  }

  /** The first answer with that status in that call, waiting for it at most so long. */
  public Event answered(String id, int status, Duration patience) {
    return events.await(
        0,
        about("response", id).and(event -> event.body().path("status").asInt() == status),
        patience,
        status + " in call " + id);
  }

  /** The end of that call, waiting for it at most so long. */
  public Event ended(String id, Duration patience) {
    return events.await(0, about("ended", id), patience, "ended " + id);
  }

  private static Predicate<Event> about(String name, String id) {
    return event -> event.name().equals(name) && event.text("id").equals(id);
  }

  /** Ends it. */
  @Override
  public void close() {
    program.close();
  }
}
