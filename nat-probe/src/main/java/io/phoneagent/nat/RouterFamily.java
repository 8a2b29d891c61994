// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Routers that show the public address in the same way.
 *
 * @param name for people
 * @param paths of the pages that may hold it, the likeliest first
 * @param password whether these pages want one
 * @param pattern whose first group is the address
 * @param source where this is documented
 */
record RouterFamily(
    String name, List<String> paths, Password password, Pattern pattern, String source) {

  /** Whether a page wants a password. */
  enum Password {
    /** It is shown to anybody. */
    NONE,
    /** That is as its owner has set it. */
    OPTIONAL,
    /** Without one it need not be asked for. */
    NEEDED
  }

  RouterFamily {
    paths = List.copyOf(paths);
  }
}
