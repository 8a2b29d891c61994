// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.spi.IpLiteral;
import io.phoneagent.spi.ProbeAnswer;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What several sources together say; {@code -} is a source that knows nothing. */
class VerdictTest {
  private static InetAddress address(String last) {
    return IpLiteral.parse("203.0.113." + last).orElseThrow();
  }

  @ParameterizedTest
  @CsvSource({
    // current, said by each, verdict, how
    "-, 11, 11, said by 1 of 1",
    "-, 11 11 11, 11, said by 3 of 3",
    "-, - 11, 11, said by 1 of 2",
    "11, 12, 12, said by 1 of 1",
    "11, 12 12, 12, said by 2 of 2",
    "11, 11 12, 11, the sources disagree: kept",
    "11, 12 11 12, 11, the sources disagree: kept",
    "11, 12 13 13, 13, 'the sources disagree: taken from most, or from the first'",
    "-, 12 13, 12, 'the sources disagree: taken from most, or from the first'",
    "-, 12 13 13, 13, 'the sources disagree: taken from most, or from the first'"
  })
  void table(String current, String said, String verdict, String how) {
    Verdict.Known known = (Verdict.Known) verdict(current, said);
    assertThat(known.address().address()).isEqualTo(address(verdict));
    assertThat(known.address().verdict()).isEqualTo(how);
  }

  @ParameterizedTest
  @CsvSource({"-, -, s0: silent", "11, - -, s0: silent; s1: silent", "-, '', no source was asked"})
  void nobodyKnows(String current, String said, String why) {
    assertThat(verdict(current, said)).isEqualTo(new Verdict.Unknown(why));
  }

  private static Verdict verdict(String current, String said) {
    List<ProbeReport> reports = new ArrayList<>();
    for (String one : said.isEmpty() ? new String[0] : said.split(" ", -1)) {
      ProbeAnswer answer =
          one.equals("-") ? new ProbeAnswer.Nothing("silent") : new ProbeAnswer.Found(address(one));
      reports.add(new ProbeReport("s" + reports.size(), answer));
    }
    Optional<InetAddress> held =
        current.equals("-") ? Optional.empty() : Optional.of(address(current));
    return Verdict.of(held, reports);
  }
}
