// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import io.phoneagent.spi.IpLiteral;
import io.phoneagent.spi.ProbeAnswer;
import io.phoneagent.spi.PublicRanges;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A page that holds the public address somewhere: as plain text, in JSON, or in HTML. Without a
 * pattern it must hold exactly one public address; a second one is a question, not a guess.
 */
final class Page {
  private static final Pattern IPV4 =
      Pattern.compile("(?<![0-9.])[0-9]{1,3}(?:\\.[0-9]{1,3}){3}(?![0-9]|\\.[0-9])");
  private static final int MOST_NAMED = 3;

  private final String text;
  private final Optional<Pattern> pattern;

  Page(String text, Optional<Pattern> pattern) {
    this.text = text;
    this.pattern = pattern;
  }

  ProbeAnswer publicAddress(PublicRanges ranges) {
    if (pattern.isPresent()) {
      return matched(pattern.get(), ranges);
    }
    Optional<InetAddress> whole = IpLiteral.parse(text.trim());
    return whole.isPresent() ? ProbeAnswer.of(whole.get(), ranges) : onlyOne(ranges);
  }

  private ProbeAnswer matched(Pattern wanted, PublicRanges ranges) {
    Matcher matcher = wanted.matcher(text);
    if (!matcher.find()) {
      return new ProbeAnswer.Nothing("the page does not match the pattern " + wanted);
    }
    String group = matcher.groupCount() > 0 ? matcher.group(1) : matcher.group();
    String found = group == null ? "" : group.trim();
    Optional<InetAddress> address = IpLiteral.parse(found);
    return address.isPresent()
        ? ProbeAnswer.of(address.get(), ranges)
        : new ProbeAnswer.Nothing("the pattern found '" + shortened(found) + "', no IP address");
  }

  private ProbeAnswer onlyOne(PublicRanges ranges) {
    Set<InetAddress> found = new LinkedHashSet<>();
    Set<InetAddress> shared = new LinkedHashSet<>();
    List<String> others = new ArrayList<>();
    Matcher matcher = IPV4.matcher(text);
    while (matcher.find()) {
      Optional<InetAddress> address = IpLiteral.parse(matcher.group());
      address.filter(PublicRanges::isShared).ifPresent(shared::add);
      if (address.isPresent() && ranges.isPublic(address.get())) {
        found.add(address.get());
      } else if (address.isPresent() && others.size() < MOST_NAMED) {
        others.add(matcher.group());
      }
    }
    if (found.size() == 1) {
      return new ProbeAnswer.Found(found.iterator().next());
    }
    if (found.isEmpty() && shared.size() == 1) {
      return new ProbeAnswer.NotPublic(shared.iterator().next()); // no LAN has such a one
    }
    if (found.isEmpty()) {
      return new ProbeAnswer.Nothing(
          others.isEmpty()
              ? "the page holds no IP address"
              : "the page holds no public address, only " + String.join(", ", others));
    }
    return new ProbeAnswer.Nothing(
        "the page holds " + found.size() + " public addresses; say by a pattern which one it is");
  }

  private static String shortened(String found) {
    return found.length() <= 40 ? found : found.substring(0, 40) + "...";
  }
}
