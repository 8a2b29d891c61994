// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.protocol;

/** Sizes beyond which a message is refused before it costs anything. */
final class Limits {
  /** A request has some 400 bytes; 16 kB leave room for members of later versions. */
  static final int MAX_REQUEST = 16 * 1024;

  /** An answer may carry a record with its history. */
  static final int MAX_ANSWER = 64 * 1024;

  /** Depth of objects and arrays; ours have three. */
  static final int MAX_DEPTH = 16;

  /** Longest string and longest member name. */
  static final int MAX_STRING = 4096;

  /** Digits of a number: more than any long has. */
  static final int MAX_DIGITS = 32;

  /** Longest time in a message: ten years, far within what any timer holds. */
  static final long MAX_SECONDS = 10L * 366 * 24 * 3600;

  /** Entries of a history in a record. */
  static final int MAX_HISTORY = 64;

  private Limits() {}
}
