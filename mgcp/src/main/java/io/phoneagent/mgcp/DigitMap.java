// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.mgcp;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;

/**
 * The numbers that may be dialled, as the call agent describes them (RFC 3435, section 2.1.5):
 * {@code (0T|00T|[1-7]xxx|9011x.T)}. The first alternative that is whole ends the dialling, so it
 * is the shortest match that counts. Immutable.
 */
public final class DigitMap {
  /** The timer's letter. */
  public static final char TIMER = 'T';

  private static final String LETTERS = "0123456789ABCD#*T";
  private static final int MOST_ALTERNATIVES = 256;

  /**
   * One place of an alternative.
   *
   * @param letters what fits there, a bit for each of {@link #LETTERS}
   * @param repeated whether it may come any number of times, none included
   */
  private record Place(int letters, boolean repeated) {}

  private final String text;
  private final List<List<Place>> alternatives;

  private DigitMap(String text, List<List<Place>> alternatives) {
    this.text = text;
    this.alternatives = alternatives;
  }

  /**
   * Reads a digit map; letters may be large or small.
   *
   * @throws Refusal with 510 if it is none, 537 if it has letters that are not known here
   */
  public static DigitMap parse(String text) throws Refusal {
    String map = text.trim();
    boolean list = map.startsWith("(");
    if (list && !map.endsWith(")")) {
      throw error("a digit map's bracket is not closed");
    }
    String inner = list ? map.substring(1, map.length() - 1) : map;
    List<List<Place>> alternatives = new ArrayList<>();
    for (String one : inner.split("\\|", -1)) {
      if (alternatives.size() == MOST_ALTERNATIVES || (!list && !alternatives.isEmpty())) {
        throw error("more alternatives than a digit map may have");
      }
      alternatives.add(alternative(one.trim().toUpperCase(Locale.ROOT)));
    }
    return new DigitMap(map, alternatives);
  }

  private static Refusal error(String reason) {
    return new Refusal(ReturnCode.PROTOCOL_ERROR, reason);
  }

  private static List<Place> alternative(String text) throws Refusal {
    List<Place> places = new ArrayList<>();
    int at = 0;
    while (at < text.length()) {
      char c = text.charAt(at);
      int letters;
      if (c == '[') {
        int end = text.indexOf(']', at);
        if (end < 0) {
          throw error("a range of a digit map is not closed");
        }
        letters = range(text.substring(at + 1, end));
        at = end + 1;
      } else {
        letters = c == 'X' ? digits('0', '9') : letter(c);
        at++;
      }
      boolean repeated = at < text.length() && text.charAt(at) == '.';
      at += repeated ? 1 : 0;
      places.add(new Place(letters, repeated));
    }
    if (places.isEmpty()) {
      throw error("an alternative of a digit map is empty");
    }
    return places;
  }

  private static int range(String text) throws Refusal {
    int letters = 0;
    int at = 0;
    while (at < text.length()) {
      char from = text.charAt(at);
      if (at + 2 < text.length() && text.charAt(at + 1) == '-') {
        char to = text.charAt(at + 2);
        if (!Text.isDigit(from) || !Text.isDigit(to) || from > to) {
          throw error("a range of a digit map is from one digit to another");
        }
        letters |= digits(from, to);
        at += 3;
      } else {
        letters |= from == 'X' ? digits('0', '9') : letter(from);
        at++;
      }
    }
    if (letters == 0) {
      throw error("a range of a digit map is empty");
    }
    return letters;
  }

  private static int digits(char from, char to) {
    int letters = 0;
    for (char c = from; c <= to; c++) {
      letters |= 1 << (c - '0');
    }
    return letters;
  }

  private static int letter(char c) throws Refusal {
    int index = LETTERS.indexOf(c);
    if (index < 0 && Text.isLetter(c)) {
      throw new Refusal(ReturnCode.UNKNOWN_DIGIT_MAP_LETTER, "unknown digit map letter " + c);
    }
    if (index < 0) {
      throw error("no digit map letter: " + Text.printable(String.valueOf(c), 1));
    }
    return 1 << index;
  }

  /** Where nothing is dialled yet. */
  public Dialled start() {
    List<BitSet> places = new ArrayList<>();
    for (List<Place> alternative : alternatives) {
      BitSet here = new BitSet();
      here.set(0);
      places.add(withSkips(alternative, here));
    }
    return new Dialled(this, "", places);
  }

  /** Adds the places behind those that may be left out. */
  private static BitSet withSkips(List<Place> alternative, BitSet here) {
    for (int i = 0; i < alternative.size(); i++) {
      if (here.get(i) && alternative.get(i).repeated()) {
        here.set(i + 1);
      }
    }
    return here;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof DigitMap map && map.text.equals(text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  /** As it was written. */
  @Override
  public String toString() {
    return text;
  }

  /** What has been dialled, as the map sees it. Immutable. */
  public static final class Dialled {
    private final DigitMap map;
    private final String letters;
    private final List<BitSet> places;

    private Dialled(DigitMap map, String letters, List<BitSet> places) {
      this.map = map;
      this.letters = letters;
      this.places = places;
    }

    /**
     * One more digit, or {@link #TIMER}.
     *
     * @param letter one that no map can have leads to a mismatch
     */
    public Dialled plus(char letter) {
      int index = LETTERS.indexOf(Character.toUpperCase(letter));
      List<BitSet> next = new ArrayList<>();
      for (int i = 0; i < places.size(); i++) {
        List<Place> alternative = map.alternatives.get(i);
        BitSet after = new BitSet();
        BitSet here = places.get(i);
        for (int at = here.nextSetBit(0); at >= 0; at = here.nextSetBit(at + 1)) {
          if (at < alternative.size()
              && index >= 0
              && (alternative.get(at).letters() & 1 << index) != 0) {
            after.set(alternative.get(at).repeated() ? at : at + 1);
          }
        }
        next.add(withSkips(alternative, after));
      }
      return new Dialled(map, letters + Character.toUpperCase(letter), next);
    }

    /** The digits and timers, in order. */
    public String letters() {
      return letters;
    }

    /** Whether an alternative is whole: the dialling is over. */
    public boolean isMatch() {
      for (int i = 0; i < places.size(); i++) {
        if (!letters.isEmpty() && places.get(i).get(map.alternatives.get(i).size())) {
          return true;
        }
      }
      return false;
    }

    /** Whether no alternative can become whole any more: the dialling is over, too. */
    public boolean isMismatch() {
      for (BitSet here : places) {
        if (!here.isEmpty()) {
          return false;
        }
      }
      return true;
    }

    /** Whether a timer is all that is missing: then it is the short one that runs. */
    public boolean lacksOnlyTimer() {
      return plus(TIMER).isMatch();
    }
  }
}
