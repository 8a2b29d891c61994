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
 * A page that holds the public address somewhere: as plain text, in JSON, in XML, or in HTML.
 * Without a pattern it must hold exactly one public address; a second one is a question, not a
 * guess. What is not found in the page as it came is looked for in it as a person reads it.
 */
final class Page {
  private static final Pattern IPV4 =
      Pattern.compile("(?<![0-9.])[0-9]{1,3}(?:\\.[0-9]{1,3}){3}(?![0-9]|\\.[0-9])");
  private static final int MOST_NAMED = 3;
  private static final int LONGEST_SHOWN = 40;

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
    if (whole.isPresent()) {
      return ProbeAnswer.of(whole.get(), ranges);
    }
    return IPV4.matcher(text).find()
        ? onlyOne(text, ranges)
        : onlyOne(ReadableText.of(text), ranges);
  }

  private ProbeAnswer matched(Pattern wanted, PublicRanges ranges) {
    try {
      Optional<String> found = found(wanted);
      if (!found.isPresent()) {
        return new ProbeAnswer.Nothing("the page does not match the pattern " + wanted);
      }
      Optional<InetAddress> address = IpLiteral.parse(found.get());
      return address.isPresent()
          ? ProbeAnswer.of(address.get(), ranges)
          : new ProbeAnswer.Nothing(
              "the pattern found '" + shown(found.get(), LONGEST_SHOWN) + "', no IP address");
    } catch (BoundedText.Exhausted | StackOverflowError e) {
      return new ProbeAnswer.Nothing(
          "the pattern " + wanted + " takes too long on this page; write one that tries less");
    }
  }

  /** Whether the pattern finds an address, whatever it counts as. */
  boolean holdsAddress() {
    try {
      return pattern.flatMap(this::found).flatMap(IpLiteral::parse).isPresent();
    } catch (BoundedText.Exhausted | StackOverflowError e) {
      return false;
    }
  }

  private Optional<String> found(Pattern wanted) {
    Optional<String> found = search(wanted, text);
    return found.isPresent() ? found : search(wanted, ReadableText.of(text));
  }

  private static Optional<String> search(Pattern wanted, String text) {
    Matcher matcher = wanted.matcher(new BoundedText(text));
    if (!matcher.find()) {
      return Optional.empty();
    }
    String group = matcher.groupCount() > 0 ? matcher.group(1) : matcher.group();
    return Optional.of(group == null ? "" : group.trim());
  }

  private static ProbeAnswer onlyOne(String text, PublicRanges ranges) {
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

  /** What somebody else wrote, fit for a log: short, and on one line. */
  static String shown(String text, int longest) {
    String cut = text.length() <= longest ? text : text.substring(0, longest) + "...";
    return cut.replaceAll("\\p{Cntrl}", " ");
  }
}
