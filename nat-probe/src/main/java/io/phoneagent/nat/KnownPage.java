// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import io.phoneagent.spi.ProbeAnswer;
import io.phoneagent.spi.PublicRanges;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/** What a page held last, and the entity tag by which the server knows it. On the agent's loop. */
final class KnownPage {
  /** After this long the whole page is asked for: not every server's tag changes with its page. */
  static final Duration BELIEVED = Duration.ofSeconds(30);

  private static final Pattern TAG = Pattern.compile("(?:W/)?\"[\\x21\\x23-\\x7e]{0,254}\"");

  private record Version(URI page, String tag, ProbeAnswer answer, long readNanos) {}

  private Optional<Version> version = Optional.empty();

  /** The tag to ask with. */
  Optional<String> tag(URI page, long nowNanos) {
    return version
        .filter(v -> v.page().equals(page) && nowNanos - v.readNanos() < BELIEVED.toNanos())
        .map(Version::tag);
  }

  /** What has come, as an answer. */
  ProbeAnswer read(
      URI page, Fetched fetched, Optional<Pattern> pattern, PublicRanges ranges, long nowNanos) {
    if (fetched instanceof Fetched.Unchanged && version.isPresent()) {
      return version.get().answer();
    }
    version = Optional.empty();
    if (fetched instanceof Fetched.Shown shown) {
      ProbeAnswer answer = new Page(shown.page().body(), pattern).publicAddress(ranges);
      String tag = shown.page().headers().getOrDefault("etag", "");
      if (answer instanceof ProbeAnswer.Found
          && shown.at().equals(page)
          && TAG.matcher(tag).matches()) {
        version = Optional.of(new Version(page, tag, answer, nowNanos));
      }
      return answer;
    }
    return fetched instanceof Fetched.Elsewhere elsewhere
        ? new ProbeAnswer.Intercepted(elsewhere.why())
        : new ProbeAnswer.Nothing(why(fetched));
  }

  private static String why(Fetched fetched) {
    if (fetched instanceof Fetched.Locked locked) {
      return locked.why();
    }
    if (fetched instanceof Fetched.Missing missing) {
      return missing.why();
    }
    return fetched instanceof Fetched.Silent silent ? silent.why() : "the page was not shown";
  }
}
