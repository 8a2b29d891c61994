// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

/**
 * One header field.
 *
 * @param name its name
 * @param value its value, folds undone
 */
public record HeaderField(HeaderName name, String value) {
  public HeaderField {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c > '\r') {
        continue;
      }
      boolean escaped = i > 0 && value.charAt(i - 1) == '\\';
      if (c == '\r' || c == '\n' || (c == 0 && !escaped)) {
        throw new IllegalArgumentException("a value of " + name + " must not break the line");
      }
    }
  }

  /** The name alone: a value may be a secret. */
  @Override
  public String toString() {
    return name.text();
  }
}
