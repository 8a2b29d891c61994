// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.call;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a telephone is to do and to tell of, as a notification request of MGCP says it (RFC 3435,
 * section 2.3.3). It follows from what the person is doing.
 *
 * @param events R:, what is told
 * @param signals S:, what rings and sounds; those that are brief come last
 */
record LineRequest(String events, List<String> signals) {
  /** T:, what is kept until it is asked for: who dials at once is quicker than the next request. */
  static final String KEPT = "L/hd, L/hu, L/hf, D/[0-9#*]";

  private static final int LONGEST_NAME = 50;
  private static final String OFF_HOOK = "L/hu(N), L/hf(N)";

  LineRequest {
    signals = List.copyOf(signals);
  }

  /**
   * The request of a state.
   *
   * @param ringer who calls, while it rings
   * @param keys whether keys that are pressed in a call are told
   */
  static LineRequest of(LineState state, Optional<LegName> ringer, boolean keys) {
    if (state instanceof LineState.Idle) {
      return new LineRequest("L/hd(N)", List.of());
    }
    if (state instanceof LineState.Ringing) {
      List<String> signals = new ArrayList<>(List.of("L/rg"));
      ringer.ifPresent(caller -> signals.add(caller(caller)));
      return new LineRequest("L/hd(N)", signals);
    }
    if (state instanceof LineState.Dialling) {
      return new LineRequest(OFF_HOOK + ", L/oc(N), D/[0-9#*T](D)", List.of("L/dl"));
    }
    if (state instanceof LineState.Calling calling) {
      boolean rings = calling.progress() == LineState.Progress.RINGS;
      return new LineRequest(OFF_HOOK, rings ? List.of("G/rt") : List.of());
    }
    if (state instanceof LineState.Toned toned) {
      return new LineRequest(
          OFF_HOOK, List.of(toned.tone() == LineState.Tone.BUSY ? "L/bz" : "L/ro"));
    }
    return new LineRequest(keys ? OFF_HOOK + ", D/[0-9#*](N)" : OFF_HOOK, List.of());
  }

  /** The same with signals that are given once. */
  LineRequest once(List<String> brief) {
    List<String> all = new ArrayList<>(signals);
    all.addAll(brief);
    return new LineRequest(events, all);
  }

  /** Whether it needs the digit map. */
  boolean dials() {
    return events.contains("(D)");
  }

  /** Who calls, as a signal (L/ci, RFC 3660, section 2.5); O for a number that nobody knows. */
  static String caller(LegName caller) {
    String number = plain(caller.number());
    String name = plain(caller.display());
    String digits = number.startsWith("+") ? number.substring(1) : number;
    return "L/ci(,\"" + (digits.isEmpty() ? "O" : digits) + "\",\"" + name + "\")";
  }

  /** UTF-8, an octet a character; nothing that ends a parameter or a line. */
  private static String plain(String text) {
    StringBuilder plain = new StringBuilder();
    for (int i = 0; i < text.length() && plain.length() < LONGEST_NAME; i++) {
      char c = text.charAt(i);
      boolean kept = c >= ' ' && c != 127 && "\",()\\".indexOf(c) < 0;
      plain.append(kept ? c : ' ');
    }
    byte[] octets = plain.toString().trim().getBytes(StandardCharsets.UTF_8);
    return new String(octets, StandardCharsets.ISO_8859_1);
  }
}
