// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.mgcp;

import java.util.ArrayList;
import java.util.List;

/**
 * Transactions whose responses have arrived (K:, RFC 3435, section 3.2.2.1): ranges of numbers,
 * both ends included.
 */
public record TransactionRanges(List<Range> ranges) {
  /** From one number to another. */
  public record Range(int first, int last) {
    boolean contains(int transaction) {
      return transaction >= first && transaction <= last;
    }

    @Override
    public String toString() {
      return first == last ? Integer.toString(first) : first + "-" + last;
    }
  }

  private static final int MOST = 64;

  public TransactionRanges {
    ranges = List.copyOf(ranges);
  }

  /**
   * Reads a list such as {@code 1203-1205,1210}.
   *
   * @throws Refusal 510 if it is none
   */
  public static TransactionRanges parse(String text) throws Refusal {
    List<Range> ranges = new ArrayList<>();
    for (String part : Text.list(text)) {
      int dash = part.indexOf('-');
      int first = Text.number(dash < 0 ? part : part.substring(0, dash));
      int last = dash < 0 ? first : Text.number(part.substring(dash + 1));
      if (first < 1 || last < first || ranges.size() == MOST) {
        throw new Refusal(ReturnCode.PROTOCOL_ERROR, "K: is a list of transactions");
      }
      ranges.add(new Range(first, last));
    }
    return new TransactionRanges(ranges);
  }

  /** Whether a transaction is in one of them. */
  public boolean contains(int transaction) {
    for (Range range : ranges) {
      if (range.contains(transaction)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public String toString() {
    List<String> texts = new ArrayList<>();
    for (Range range : ranges) {
      texts.add(range.toString());
    }
    return String.join(", ", texts);
  }
}
