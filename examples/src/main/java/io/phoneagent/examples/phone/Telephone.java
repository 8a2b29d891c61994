// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.phone;

/** A running telephone, whatever controls it. Its methods may be called from any thread. */
interface Telephone {

  /** Performs a line that was typed. */
  void perform(String line);

  /** Waits until it is told to quit. */
  void awaitQuit() throws InterruptedException;

  /** Ends all calls and says good-bye. */
  void leave();

  /** Ends all calls; whoever knows the phone goes on trying it. */
  void stop();
}
