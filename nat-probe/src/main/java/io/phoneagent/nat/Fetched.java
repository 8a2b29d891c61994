// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import io.phoneagent.spi.HttpAnswer;
import java.net.URI;

/** What became of asking for a page. */
sealed interface Fetched {

  /** The page, and where it was in the end. */
  record Shown(URI at, HttpAnswer page) implements Fetched {}

  /** It is the one that the entity tag names (RFC 9110, section 15.4.5). */
  record Unchanged() implements Fetched {}

  /** The server wants, or refuses, a password. */
  record Locked(String why) implements Fetched {}

  /** It answers, but not with a page. */
  record Missing(String why) implements Fetched {}

  /** It leads to another host, as a captive portal does. */
  record Elsewhere(String why) implements Fetched {}

  /** It does not answer. */
  record Silent(String why) implements Fetched {}
}
