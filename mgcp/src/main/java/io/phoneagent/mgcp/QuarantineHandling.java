// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.mgcp;

import java.util.Locale;

/**
 * What becomes of events that nobody has asked about yet (Q:, RFC 3435, sections 2.3.3 and 4.4.1).
 *
 * @param loop more than one notification may answer one request; else one, and what happens after
 *     it waits for the next request
 * @param discard what has waited is dropped when the next request comes; else it is looked at then
 */
public record QuarantineHandling(boolean loop, boolean discard) {
  private static final QuarantineHandling STANDARD = new QuarantineHandling(false, false);

  /** One notification a request, and nothing is dropped. */
  public static QuarantineHandling standard() {
    return STANDARD;
  }

  /**
   * Reads words such as {@code loop, discard}; what is not said is as {@link #standard} has it.
   *
   * @throws Refusal 508 for another word, or two of a kind
   */
  public static QuarantineHandling parse(String text) throws Refusal {
    boolean loop = false;
    boolean discard = false;
    String seen = "";
    for (String part : Text.list(text)) {
      String word = part.toLowerCase(Locale.ROOT);
      String group = word.equals("step") || word.equals("loop") ? "l" : "p";
      if (seen.contains(group)) {
        throw new Refusal(ReturnCode.UNKNOWN_QUARANTINE, "two words of the same kind");
      }
      seen += group;
      switch (word) {
        case "step", "process" -> {}
        case "loop" -> loop = true;
        case "discard" -> discard = true;
        default ->
            throw new Refusal(
                ReturnCode.UNKNOWN_QUARANTINE, "unknown word " + Text.printable(part, 16));
      }
    }
    return new QuarantineHandling(loop, discard);
  }

  @Override
  public String toString() {
    return (discard ? "discard" : "process") + "," + (loop ? "loop" : "step");
  }
}
