// SPDX-License-Identifier: Apache-2.0
package io.phoneagent;

import java.util.List;

/**
 * Keeps one device reachable at its numbers, whatever the network in front of it does: it takes an
 * address, learns the firewall's public one, registers with the DNS switch, opens a flow to the
 * endpoint that it is assigned, watches all of it and repairs what changes.
 *
 * <p>All methods may be called from any thread.
 */
public interface PhoneAgent extends AutoCloseable {

  /** A builder; the code behind it is found on the class or module path. */
  static PhoneAgentBuilder builder() {
    return new PhoneAgentBuilder();
  }

  /**
   * Starts. Returns at once; without effect on an agent that runs. All threads of the agent are
   * daemons: keeping the process alive is the vendor's part.
   *
   * @throws PhoneAgentException if it has been stopped; build another one
   */
  void start();

  /**
   * A line of this agent.
   *
   * @param name its number, or the user name of one that has no number
   * @throws InvalidSettingException if it has no such line
   */
  PhoneLine line(String name);

  /** How far it has come. */
  AgentStatus status();

  /** What changed or did not work, and why, the oldest first; the last 500 entries. */
  List<TimelineEntry> explain();

  /**
   * Applies other settings. Only what differs is done again, and no call ends: another check
   * interval counts at once, another keep-alive interval registers anew beside the flow, another
   * list of switches moves a line only if its switch is no longer in it. Returns at once; before
   * the start they hold from the start on, and an agent that has stopped ignores them.
   *
   * @throws InvalidSettingException if they name no DNS switch
   */
  void update(AgentSettings settings);

  /** The settings that hold now. */
  AgentSettings settings();

  /**
   * Lets the device rest: calls under way are hung up, the flow's sockets are closed, the address
   * and the registration are kept. Nothing is asked or sent and no timer runs, but what is needed
   * to end a call that was hung up, for at most 32 s. Meanwhile callers reach the backup number.
   * Returns at once; without effect on an agent that does not run.
   */
  void suspend();

  /**
   * Goes on after {@link #suspend()}: opens the flow again with what it held and renews the
   * registration beside it, at once. Returns at once; without effect on an agent that is not
   * suspended.
   */
  void resume();

  /**
   * Stops; calls end. Blocks for at most a second where the registration is kept, and for at most
   * three where it is taken back, also where the switch does not answer. A thread that is
   * interrupted waits all the same, and stays interrupted. Idempotent; an agent that has stopped
   * does not start again.
   *
   * @param mode what becomes of the registration
   */
  void stop(StopMode mode);

  /** Stops and leaves: the same as {@code stop(StopMode.LEAVE)}. */
  @Override
  void close();
}
