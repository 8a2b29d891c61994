// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.mgcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each row: a map, what is dialled (T for the timer), and what the map makes of it. */
final class DigitMapTest {
  private enum Verdict {
    /** More digits are needed; the long timer runs. */
    PARTIAL,
    /** Only a timer is missing; the short timer runs. */
    CRITICAL,
    MATCH,
    MISMATCH
  }

  private static final String OFFICE =
      "(0T|00T|[1-7]xxx|8xxxxxxx|#xxxxxxx|*xx|91xxxxxxxxxx|9011x.T)";

  private static Verdict verdict(DigitMap.Dialled dialled) {
    if (dialled.isMatch()) {
      return Verdict.MATCH;
    }
    if (dialled.isMismatch()) {
      return Verdict.MISMATCH;
    }
    return dialled.lacksOnlyTimer() ? Verdict.CRITICAL : Verdict.PARTIAL;
  }

  /** What the map makes of the digits, which must not have been enough before the last one. */
  private static void check(String map, String digits, Verdict wanted) throws Refusal {
    DigitMap.Dialled dialled = DigitMap.parse(map).start();
    for (int i = 0; i < digits.length(); i++) {
      assertThat(verdict(dialled))
          .as("before %s of %s", i, digits)
          .isIn(Verdict.PARTIAL, Verdict.CRITICAL);
      dialled = dialled.plus(digits.charAt(i));
    }
    assertThat(verdict(dialled)).isEqualTo(wanted);
    assertThat(dialled.letters()).isEqualTo(digits.toUpperCase(Locale.ROOT));
  }

  @ParameterizedTest
  @CsvSource({
    "0, CRITICAL",
    "0T, MATCH",
    "00, CRITICAL",
    "00T, MATCH",
    "000, MISMATCH",
    "01, MISMATCH",
    "1, PARTIAL",
    "123, PARTIAL",
    "1234, MATCH",
    "7000, MATCH",
    "12T, MISMATCH",
    "T, MISMATCH",
    "8, PARTIAL",
    "8123456, PARTIAL",
    "81234567, MATCH",
    "8T, MISMATCH",
    "#, PARTIAL",
    "#1234567, MATCH",
    "##, MISMATCH",
    "*, PARTIAL",
    "*6, PARTIAL",
    "*69, MATCH",
    "**, MISMATCH",
    "9, PARTIAL",
    "91, PARTIAL",
    "912018294266, MATCH",
    "91201829426, PARTIAL",
    "92, MISMATCH",
    "90, PARTIAL",
    "9012, MISMATCH",
    "9011, CRITICAL",
    "9011T, MATCH",
    "90114930, CRITICAL",
    "901149301234567T, MATCH",
    "901149#, MISMATCH",
    "A, MISMATCH",
    "9T, MISMATCH",
    "901T, MISMATCH"
  })
  void dialPlanOfTheRfc(String digits, Verdict wanted) throws Refusal {
    check(OFFICE, digits, wanted);
  }

  /** The shortest match counts, as in the examples of RFC 3435, section 2.1.5. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      textBlock =
          """
          (xxxxxxx|x11) 4 PARTIAL
          (xxxxxxx|x11) 41 PARTIAL
          (xxxxxxx|x11) 411 MATCH
          (xxxxxxx|x11) 412 PARTIAL
          (xxxxxxx|x11) 4123456 MATCH
          (0[12].|00|1[12].1|2x.#) 0 MATCH
          (0[12].|00|1[12].1|2x.#) 1 PARTIAL
          (0[12].|00|1[12].1|2x.#) 11 MATCH
          (0[12].|00|1[12].1|2x.#) 12 PARTIAL
          (0[12].|00|1[12].1|2x.#) 122 PARTIAL
          (0[12].|00|1[12].1|2x.#) 121 MATCH
          (0[12].|00|1[12].1|2x.#) 13 MISMATCH
          (0[12].|00|1[12].1|2x.#) 2 PARTIAL
          (0[12].|00|1[12].1|2x.#) 2# MATCH
          (0[12].|00|1[12].1|2x.#) 234567# MATCH
          (0[12].|00|1[12].1|2x.#) 2* MISMATCH
          (xxxx|x.T) 1 CRITICAL
          (xxxx|x.T) 1234 MATCH
          (xxxx|x.T) 12T MATCH
          x.# 1 PARTIAL
          x.# # MATCH
          x.[#T] 1 CRITICAL
          x.[#T] 1# MATCH
          x.[#T] 1T MATCH
          [1-3A#]x 2 PARTIAL
          [1-3A#]x 2T MISMATCH
          [1-3A#]x A1 MATCH
          [1-3A#]x a1 MATCH
          [1-3A#]x 4 MISMATCH
          [X*]9 59 MATCH
          [X*]9 *9 MATCH
          (XXX) 123 MATCH
          (12t) 12T MATCH
          (12t) 12 CRITICAL
          [*#]. * MATCH
          (1|2|3) 2 MATCH
          (112|1x.x) 1 PARTIAL
          (112|1x.x) 11 MATCH
          dd DD MATCH
          T T MATCH
          """)
  void otherMaps(String map, String digits, Verdict wanted) throws Refusal {
    check(map, digits, wanted);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      quoteCharacter = '"',
      textBlock =
          """
          "" 510
          () 510
          (1|) 510
          (|1) 510
          (12 510
          1|2 510
          [12 510
          [] 510
          [3-1] 510
          [A-C] 510
          [1-] 510
          12] 510
          1.. 510
          . 510
          ((1)|2) 510
          1,2 510
          1E 537
          [1P] 537
          """)
  void whatIsNoMapHasItsCode(String map, int code) {
    Refusal refusal = catchThrowableOfType(Refusal.class, () -> DigitMap.parse(map));
    assertThat(refusal).as(map).isNotNull();
    assertThat(refusal.code()).isEqualTo(code);
  }

  @Test
  void sizesAreBounded() {
    String many = "(" + "1|".repeat(300) + "2)";
    assertThat(catchThrowableOfType(Refusal.class, () -> DigitMap.parse(many)).code())
        .isEqualTo(510);
  }

  @Test
  void aLetterThatNoMapCanHaveIsAMismatch() throws Refusal {
    assertThat(DigitMap.parse("x.#").start().plus('?').isMismatch()).isTrue();
  }
}
