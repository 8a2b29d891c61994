// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.PublicAddress;
import io.phoneagent.spi.IpLiteral;
import io.phoneagent.spi.ProbeAnswer;
import io.phoneagent.spi.Viewpoint;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * What several sources together say. {@code g:11} is one on the gateway that says 203.0.113.11,
 * {@code o:11} one outside, {@code ?o:11} one that is not believed; {@code g:cgnat} and {@code
 * g:private} say what is no public address, {@code g:portal} met a captive portal, {@code g:-} is
 * silent.
 */
class VerdictTest {
  // case | held | the switch saw | said | verdict
  private static final String TABLE =
      """
      one source        | -  | -  | g:11                | 11 by g0: agreed: said by 1 of 1
      agreed            | -  | -  | g:11 o:11 g:11      | 11 by o1: agreed: said by 3 of 3
      one is silent     | -  | -  | g:- o:11            | 11 by o1: agreed: said by 1 of 2
      a change          | 11 | -  | g:12                | 12 by g0: agreed: said by 1 of 1
      agreed on it      | 11 | -  | g:12 o:12           | 12 by o1: agreed: said by 2 of 2
      one liar          | -  | -  | g:11 o:11 g:99      | 11 by o1: one liar: g2 says 203.0.113.99; said by 2 of 3
      a known liar      | 11 | -  | g:11 ?g:99          | 11 by g0: one liar: g1 says 203.0.113.99; said by 1 of 2
      two liars         | 11 | -  | g:11 ?g:99 ?o:98    | 11 by g0: liars: g1 says 203.0.113.99, o2 says 203.0.113.98; said by 1 of 3
      change past a liar| 11 | -  | g:12 ?g:99          | 12 by g0: one liar: g1 says 203.0.113.99; said by 1 of 2
      liars without him | 11 | -  | g:- ?g:99 ?o:98     | 11 by before: held
      a liar without him| 11 | -  | g:- ?o:99           | 11 by before: held
      two without him   | 11 | -  | g:- ?o:99 ?o:99     | 99?: the sources disagree: o1, o2 say 203.0.113.99
      stale or a liar   | 11 | -  | g:12 g:11           | 12?: the sources disagree: g0 says 203.0.113.12, g1 says 203.0.113.11
      most have moved   | 11 | -  | g:12 g:12 g:11      | 12?: the sources disagree: g0, g1 say 203.0.113.12, g2 says 203.0.113.11
      most stay         | 11 | -  | g:12 g:11 o:11      | 12?: the sources disagree: g0 says 203.0.113.12, g1, o2 say 203.0.113.11
      all say another   | 11 | -  | g:12 g:13           | 12?: the sources disagree: g0 says 203.0.113.12, g1 says 203.0.113.13
      outside is asked  | 11 | -  | g:12 o:13           | 13?: the sources disagree: g0 says 203.0.113.12, o1 says 203.0.113.13
      stale             | 11 | 12 | g:12 g:11           | 12 by g0: stale: g1 says 203.0.113.11; said by the switch and 1 of 2
      stale and known   | 11 | -  | g:12 ?g:11          | 12 by g0: stale: g1 says 203.0.113.11; said by 1 of 2
      the switch decides| 11 | 13 | g:12 g:13 g:12      | 13 by g1: liars: g0, g2 say 203.0.113.12; said by the switch and 1 of 3
      even for the last | 11 | 13 | g:12 ?g:13          | 13 by g1: one liar: g0 says 203.0.113.12; said by the switch and 1 of 2
      saw the same      | 11 | 11 | g:12                | 12 by g0: agreed: said by 1 of 1
      saw what none says| 11 | 99 | g:12                | 12 by g0: agreed: said by 1 of 1
      CGNAT             | -  | -  | g:cgnat o:12        | 12 by o1: CGNAT: the gateway has 100.64.3.7, o1 sees 203.0.113.12
      CGNAT, no outside | -  | -  | g:cgnat             | none: CGNAT: the gateway has 100.64.3.7, and no source sees it from outside
      CGNAT, the switch | -  | 12 | g:cgnat             | 12 by the switch: CGNAT: the gateway has 100.64.3.7, the switch sees 203.0.113.12
      CGNAT, a change   | 12 | 13 | g:cgnat             | 13 by the switch: CGNAT: the gateway has 100.64.3.7, the switch sees 203.0.113.13
      private outside   | -  | -  | g:private o:12      | 12 by o1: double NAT: the gateway has 192.168.0.2, o1 sees 203.0.113.12
      private only      | -  | -  | g:private g:-       | none: double NAT: the gateway has 192.168.0.2, and no source sees it from outside
      reserved outside  | -  | -  | g:reserved o:12     | 12 by o1: reserved address: the gateway has 198.18.0.2 (where that is the outside of a laboratory, treat-as-public says so), o1 sees 203.0.113.12
      reserved only     | -  | -  | g:reserved          | none: reserved address: the gateway has 198.18.0.2 (where that is the outside of a laboratory, treat-as-public says so), and no source sees it from outside
      public outside    | -  | -  | g:11 o:12           | 12 by o1: double NAT: the gateway has 203.0.113.11, o1 sees 203.0.113.12
      the switch sees it| 11 | 12 | g:11 o:12           | 12 by o1: stale: g0 says 203.0.113.11; said by the switch and 1 of 2
      captive portal    | -  | -  | o:portal g:-        | none: captive portal: o0: it redirects; g1: silent
      portal and held   | 11 | -  | o:portal            | none: captive portal: o0: it redirects
      portal, one knows | -  | -  | o:portal g:11       | 11 by g1: agreed: said by 1 of 2
      none              | -  | -  | g:- o:-             | none: g0: silent; o1: silent
      none, held        | 11 | -  | g:-                 | none: g0: silent
      not asked         | -  | -  |                     | none: no source was asked
      """;

  static InetAddress address(String last) {
    return IpLiteral.parse("203.0.113." + last).orElseThrow();
  }

  static PublicAddress held(String last) {
    return new PublicAddress(address(last), "before", "held");
  }

  static ProbeReport report(String name, String said) {
    Viewpoint viewpoint = name.startsWith("o") ? Viewpoint.OUTSIDE : Viewpoint.GATEWAY;
    return new ProbeReport(
        name,
        viewpoint,
        switch (said) {
          case "-" -> new ProbeAnswer.Nothing("silent");
          case "portal" -> new ProbeAnswer.Intercepted("it redirects");
          case "cgnat" -> new ProbeAnswer.NotPublic(IpLiteral.parse("100.64.3.7").orElseThrow());
          case "private" -> new ProbeAnswer.NotPublic(IpLiteral.parse("192.168.0.2").orElseThrow());
          case "reserved" -> new ProbeAnswer.NotPublic(IpLiteral.parse("198.18.0.2").orElseThrow());
          default -> new ProbeAnswer.Found(address(said));
        });
  }

  static String text(Verdict verdict) {
    if (verdict instanceof Verdict.Known known) {
      PublicAddress address = known.address();
      String last = address.address().getHostAddress().replace("203.0.113.", "");
      return last + " by " + address.source() + ": " + address.verdict();
    }
    if (verdict instanceof Verdict.Doubtful doubtful) {
      String last = doubtful.claimed().getHostAddress().replace("203.0.113.", "");
      return last + "?: " + doubtful.why();
    }
    return "none: " + ((Verdict.Unknown) verdict).why();
  }

  @TestFactory
  Stream<DynamicTest> table() {
    return TABLE.lines().map(line -> line.split("\\|", -1)).map(VerdictTest::row);
  }

  private static DynamicTest row(String[] cells) {
    return DynamicTest.dynamicTest(
        cells[0].trim(),
        () -> {
          List<ProbeReport> reports = new ArrayList<>();
          Set<String> doubted = new HashSet<>();
          String said = cells[3].trim();
          for (String one : said.isEmpty() ? new String[0] : said.split(" +", -1)) {
            String[] parts = one.replace("?", "").split(":", -1);
            String name = parts[0] + reports.size();
            reports.add(report(name, parts[1]));
            if (one.startsWith("?")) {
              doubted.add(name);
            }
          }
          Verdict verdict =
              Verdict.of(
                  optional(cells[1]).map(VerdictTest::held),
                  optional(cells[2]).map(VerdictTest::address),
                  reports,
                  doubted);
          assertThat(text(verdict)).isEqualTo(cells[4].trim());
        });
  }

  private static Optional<String> optional(String cell) {
    return Optional.of(cell.trim()).filter(c -> !c.equals("-"));
  }

  @Test
  void whatTheSwitchHasShownIsTold() {
    List<ProbeReport> reports = List.of(report("g0", "11"), report("o1", "99"));
    assertThat(text(Verdict.shown(held("11"), reports)))
        .isEqualTo("11 by before: one liar: o1 says 203.0.113.99; said by the switch and 1 of 2");
  }

  @Test
  void withoutTheSwitchWeightCounts() {
    List<ProbeReport> reports =
        List.of(report("g0", "11"), report("g1", "12"), report("g2", "12"), report("g3", "13"));
    assertThat(text(Verdict.byWeight(held("11"), reports, Set.of()))).startsWith("12 by g1");
    assertThat(text(Verdict.byWeight(held("11"), reports, Set.of("g1"))))
        .as("between equals what is held stays")
        .startsWith("11 by before");
    List<ProbeReport> outside = List.of(report("g0", "11"), report("o1", "12"));
    assertThat(text(Verdict.byWeight(held("11"), outside, Set.of())))
        .as("unless it is seen from outside")
        .startsWith("12 by o1");
  }
}
