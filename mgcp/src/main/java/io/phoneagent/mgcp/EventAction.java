// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.mgcp;

import java.util.Locale;

/** What is to be done when an event happens (RFC 3435, section 2.3.3). */
public enum EventAction {
  /** N: tell the call agent, with all that has been accumulated. */
  NOTIFY("N"),
  /** A: keep it for the next notification. */
  ACCUMULATE("A"),
  /** D: add it to the dialled string and look it up in the digit map. */
  DIGIT_MAP("D"),
  /** S: swap the connections' modes. */
  SWAP("S"),
  /** I: pass it over. */
  IGNORE("I"),
  /** K: signals go on. */
  KEEP_SIGNALS("K"),
  /** E: begin the embedded request. */
  EMBEDDED("E");

  private final String letter;

  EventAction(String letter) {
    this.letter = letter;
  }

  /** The letter in messages. */
  public String letter() {
    return letter;
  }

  static EventAction of(String text) throws Refusal {
    String wanted = text.toUpperCase(Locale.ROOT);
    for (EventAction action : values()) {
      if (action.letter.equals(wanted)) {
        return action;
      }
    }
    throw new Refusal(ReturnCode.ILLEGAL_ACTION, "unknown action " + Text.printable(text, 16));
  }

  /** Whether both may be done for one event: the table of section 2.3.3. */
  boolean goesWith(EventAction other) {
    if (this == KEEP_SIGNALS || other == KEEP_SIGNALS) {
      return true;
    }
    EventAction first = compareTo(other) <= 0 ? this : other;
    EventAction second = first == this ? other : this;
    boolean reports = first == NOTIFY || first == ACCUMULATE;
    return reports && (second == SWAP || second == EMBEDDED);
  }
}
