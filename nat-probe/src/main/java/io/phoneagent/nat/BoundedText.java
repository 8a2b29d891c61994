// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

/**
 * A text that may be looked at only so often: a pattern that tries everything would otherwise keep
 * the agent from its other work for as long as a page wants.
 */
final class BoundedText implements CharSequence {
  /** Twenty times the longest page; some hundredths of a second. */
  static final int MOST_LOOKS = 5_000_000;

  private final CharSequence text;
  private int looks;

  BoundedText(CharSequence text) {
    this.text = text;
  }

  /** The text has been looked at too often. */
  static final class Exhausted extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Exhausted() {
      super("the text was looked at too often");
    }
  }

  @Override
  public int length() {
    return text.length();
  }

  @Override
  public char charAt(int index) {
    if (++looks > MOST_LOOKS) {
      throw new Exhausted();
    }
    return text.charAt(index);
  }

  @Override
  public CharSequence subSequence(int start, int end) {
    return text.subSequence(start, end);
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
