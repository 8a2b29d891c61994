// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a person sees of what a page says. */
class ReadableTextTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "203&#46;0&#x2e;113&#X2E;11 | 203.0.113.11",
        "203&period;0&period;113&period;11 | 203.0.113.11",
        "203<b>.</b>0<span class=\"d\">.</span>113<wbr>.11 | 203.0.113.11",
        "203<!-- -->.0.113.11 | 203.0.113.11",
        "<td>203.0.113.1</td><td>1</td> | ' 203.0.113.1  1 '",
        "203.0.113.1<br/>1 | 203.0.113.1 1",
        "IP:&nbsp;&lt;1&gt;&amp;&quot;&apos;&colon; | IP: <1>&\"':",
        "\\u0032\\u00303\\u002E0.113.11\\/24 | 203.0.113.11/24",
        "203%2E0%2e113.11%3B24 | 203.0.113.11;24",
        // what is no such thing stays
        "a < b & c; 5% \\ | a < b & c; 5% \\",
        "&unknown; &#; &#0; &#99999999; &#xzz; | &unknown; &#; &#0; &#99999999; &#xzz;",
        "\\u00 \\uzzzz %zz %1 %00 \\n <1> </> < | \\u00 \\uzzzz %zz %1 %00 \\n <1> </> <",
        "1 <b never ends | 1 <b never ends"
      })
  void read(String written, String seen) {
    assertThat(ReadableText.of(written)).isEqualTo(seen);
  }

  /** Each of these would take minutes if it were looked through again and again. */
  @ParameterizedTest
  @CsvSource({"<a", "&a", "<!--", "\\u", "%", "&#", "<a>", "&;"})
  void aHostilePageIsReadOnce(String piece) {
    String page = piece.repeat(256 * 1024 / piece.length());
    assertThatCode(() -> ReadableText.of(page)).doesNotThrowAnyException();
    assertThat(ReadableText.of(page).length()).isLessThanOrEqualTo(page.length());
  }

  @Test
  void nothingIsMadeOfNothing() {
    assertThat(ReadableText.of("")).isEmpty();
  }
}
