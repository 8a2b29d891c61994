// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.mgcp;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A tone on the line: North American ones, as RFC 3660 names them. A maker for other countries goes
 * by the name.
 *
 * @param name the signal's, with its package: L/dl
 * @param hertz what sounds together; empty where the maker knows what it sounds like
 * @param cadence when it sounds
 */
public record Tone(String name, List<Integer> hertz, Cadence cadence) {
  private static final Cadence HALF = Cadence.of(500, 500);
  private static final Cadence QUARTER = Cadence.of(250, 250);
  private static final Cadence RINGING = Cadence.of(2_000, 4_000);
  private static final Cadence STUTTER = Cadence.of(100, 100);
  private static final Map<String, Tone> KNOWN =
      Map.ofEntries(
          entry("L/dl", Cadence.steady(), 350, 440),
          entry("L/sl", STUTTER, 350, 440),
          entry("L/mwi", STUTTER, 350, 440),
          entry("L/bz", HALF, 480, 620),
          entry("L/ro", QUARTER, 480, 620),
          entry("L/ot", STUTTER, 1_400, 2_060, 2_450, 2_600),
          entry("L/wt", Cadence.of(300, 9_700), 440),
          entry("G/rt", RINGING, 440, 480),
          entry("L/rt", RINGING, 440, 480),
          entry("G/rbk", RINGING, 440, 480),
          entry("G/cg", QUARTER, 480, 620),
          entry("G/cf", Cadence.of(100, 100), 350, 440),
          entry("L/cf", Cadence.of(100, 100), 350, 440));
  private static final String KEYS = "123A456B789C*0#D";
  private static final int[] ROWS = {697, 770, 852, 941};
  private static final int[] COLUMNS = {1209, 1336, 1477, 1633};

  public Tone {
    hertz = List.copyOf(hertz);
  }

  private static Map.Entry<String, Tone> entry(String name, Cadence cadence, Integer... hertz) {
    return Map.entry(name, new Tone(name, List.of(hertz), cadence));
  }

  static Tone of(EventName name) {
    String text = name.packageName().orElse("") + '/' + name.event();
    int key =
        (text.startsWith("D/") || text.startsWith("L/")) && name.event().length() == 1
            ? KEYS.indexOf(name.event().toUpperCase(Locale.ROOT))
            : -1;
    if (key >= 0) {
      return new Tone(text, List.of(ROWS[key / 4], COLUMNS[key % 4]), Cadence.steady());
    }
    Tone known = KNOWN.get(text);
    return known == null ? new Tone(text, List.of(), Cadence.steady()) : known;
  }
}
