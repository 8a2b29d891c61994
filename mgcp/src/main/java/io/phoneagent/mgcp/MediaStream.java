// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.mgcp;

/** The media of one connection. Called on the thread that owns the gateway; must not block. */
public interface MediaStream {
  /** The session description for the other end, its lines ended by CR LF. */
  String localDescription();

  /**
   * Goes on by what has changed.
   *
   * @throws Refusal if it cannot; then all is as before
   */
  void change(MediaRequest request) throws Refusal;

  /** What it has carried up to now. */
  ConnectionStatistics statistics();

  /** Ends it; nothing is called after that. */
  void close();
}
