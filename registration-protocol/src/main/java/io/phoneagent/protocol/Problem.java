// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.protocol;

import io.phoneagent.InvalidSettingException;
import java.time.Duration;
import java.util.Optional;

/**
 * Why the switch refused, as RFC 9457 problem details.
 *
 * @param type a URI that names the kind of problem, {@code about:blank} if the status says it all
 * @param title the kind of problem, for people
 * @param status the HTTP status, 400 to 599
 * @param detail this problem, for people; may be empty
 * @param retryAfter how long to wait before asking again, whole seconds, if the switch says so
 */
public record Problem(
    String type, String title, int status, String detail, Optional<Duration> retryAfter) {
  /** The media type of a problem. */
  public static final String MEDIA_TYPE = "application/problem+json";

  /** The type of a problem that its status explains. */
  public static final String BLANK = "about:blank";

  /** Checks the status. */
  public Problem {
    if (status < 400 || status > 599) {
      throw new InvalidSettingException("status", status + " is not an HTTP error");
    }
  }

  /** A problem that its status explains. */
  public static Problem of(int status, String title, String detail) {
    return new Problem(BLANK, title, status, detail, Optional.empty());
  }

  /** The same with a wait, rounded up to whole seconds. */
  public Problem retryAfter(Duration wait) {
    long seconds = wait.plusNanos(999_999_999).getSeconds();
    return new Problem(type, title, status, detail, Optional.of(Duration.ofSeconds(seconds)));
  }
}
