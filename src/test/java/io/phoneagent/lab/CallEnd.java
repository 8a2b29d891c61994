// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.lab;

/**
 * A telephone of any make: told what its user does, and asked what it says itself of what the other
 * end does. What is awaited counts from {@link #turnPage} on.
 */
public interface CallEnd {

  /** Its number. */
  String number();

  /** What it said until now is nothing that is waited for from now on. */
  void turnPage();

  /** Calls a number. */
  void call(String number);

  /** Waits until it rings. */
  void awaitRinging();

  /** Answers what rings. */
  void answer();

  /** Waits until it says that its call is up. */
  void awaitEstablished();

  /** Holds its call. */
  void hold();

  /** Goes on with it. */
  void resume();

  /** Whether it has said that the other end holds the call. */
  boolean hasBeenHeld();

  /** Whether it has said that the other end goes on. */
  boolean hasBeenResumed();

  /** Presses a key in its call. */
  void press(char key);

  /** Whether it has said that the other end pressed this key. */
  boolean hasHeard(char key);

  /** Has the other end of its call talk to this number instead. */
  void transfer(String number);

  /** Ends the call, or refuses what rings. */
  void hangUp();

  /** Waits until it says that its call is over. */
  void awaitOver();

  /**
   * Waits until it says that its call was refused: its other end talks already, its user does not
   * want it or does not come. These telephones say 486 of each.
   */
  void awaitRefused();
}
