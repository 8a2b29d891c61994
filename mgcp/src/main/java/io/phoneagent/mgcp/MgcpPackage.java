// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.mgcp;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A package: which events and signals there are (RFC 3660, sections 2.1, 2.2, 2.5 and 2.6).
 *
 * @param name in capital letters
 * @param version of the package's definition
 * @param events in small letters
 * @param persistent events that are always told
 * @param signals by name in small letters
 */
public record MgcpPackage(
    String name,
    int version,
    Set<String> events,
    Set<String> persistent,
    Map<String, Signal> signals) {
  /**
   * What is known of a signal.
   *
   * @param lasts of a time-out signal, where nothing else is asked for; zero for ever
   */
  public record Signal(SignalKind kind, Duration lasts) {}

  private static final List<String> KEYS =
      List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "a", "b", "c", "d", "#", "*");

  /** L: an analogue line. */
  public static final MgcpPackage LINE = line();

  /**
   * L as cable networks have it (PacketCable NCS 1.0): tones, faxes and digits of other packages
   * are in it, too.
   */
  public static final MgcpPackage CABLE_LINE = cableLine();

  /** D: digits. */
  public static final MgcpPackage DTMF = dtmf();

  /** G: tones and events that all endpoints have. */
  public static final MgcpPackage GENERIC = generic();

  /** R: what happens to RTP. */
  public static final MgcpPackage RTP = rtp();

  private static final List<MgcpPackage> ALL = List.of(LINE, DTMF, GENERIC, RTP);
  private static final List<MgcpPackage> OF_CABLE = List.of(CABLE_LINE, DTMF, GENERIC, RTP);

  /** Those that an analogue line has, its default one first. */
  public static List<MgcpPackage> ofAnalogLine() {
    return ALL;
  }

  /** The same for a call agent of a cable network. */
  static List<MgcpPackage> ofCableLine() {
    return OF_CABLE;
  }

  static Optional<MgcpPackage> named(String name, List<MgcpPackage> packages) {
    String wanted = name.toUpperCase(Locale.ROOT);
    for (MgcpPackage one : packages) {
      if (one.name.equals(wanted)) {
        return Optional.of(one);
      }
    }
    return Optional.empty();
  }

  private static Signal brief() {
    return new Signal(SignalKind.BRIEF, Duration.ZERO);
  }

  private static Signal onOff() {
    return new Signal(SignalKind.ON_OFF, Duration.ZERO);
  }

  private static Signal timeOut(long millis) {
    return new Signal(SignalKind.TIME_OUT, Duration.ofMillis(millis));
  }

  private static Map<String, Signal> lineSignals() {
    Map<String, Signal> signals = new TreeMap<>();
    for (String name : List.of("ci", "rs", "wt", "wt1", "wt2", "wt3", "wt4", "p")) {
      signals.put(name, brief());
    }
    for (String name : List.of("r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7", "rg")) {
      signals.put(name, timeOut(180_000));
    }
    signals.put("vmwi", onOff());
    signals.put("bz", timeOut(30_000));
    signals.put("dl", timeOut(16_000));
    signals.put("mwi", timeOut(16_000));
    signals.put("sl", timeOut(16_000));
    signals.put("osi", timeOut(900));
    signals.put("ot", timeOut(0));
    signals.put("ro", timeOut(30_000));
    return signals;
  }

  private static MgcpPackage line() {
    return new MgcpPackage(
        "L", 1, Set.of("hd", "hu", "hf", "oc", "of"), Set.of("hd", "hu", "hf"), lineSignals());
  }

  private static MgcpPackage cableLine() {
    Map<String, Signal> signals = lineSignals();
    signals.put("rt", timeOut(180_000));
    signals.put("cf", brief());
    Set<String> events =
        new TreeSet<>(Set.of("hd", "hu", "hf", "oc", "of", "ft", "mt", "ld", "t", "l", "x"));
    for (String key : KEYS) {
      signals.put(key, brief());
      events.add(key);
    }
    return new MgcpPackage("L", 1, events, Set.of("hd", "hu", "hf"), signals);
  }

  private static MgcpPackage dtmf() {
    Map<String, Signal> signals = new TreeMap<>();
    Set<String> events = new TreeSet<>(Set.of("t", "l", "x", "oc", "of"));
    for (String key : KEYS) {
      signals.put(key, brief());
      events.add(key);
    }
    return new MgcpPackage("D", 1, events, Set.of(), signals);
  }

  private static MgcpPackage generic() {
    Map<String, Signal> signals = new TreeMap<>();
    signals.put("cf", brief());
    signals.put("cg", timeOut(0));
    signals.put("it", timeOut(0));
    signals.put("pt", timeOut(0));
    signals.put("rt", timeOut(180_000));
    signals.put("rbk", timeOut(180_000));
    return new MgcpPackage("G", 1, Set.of("ft", "ld", "mt", "oc", "of"), Set.of(), signals);
  }

  private static MgcpPackage rtp() {
    return new MgcpPackage(
        "R",
        1,
        Set.of("iu", "ji", "ma", "oc", "of", "pl", "qa", "rto", "sr", "uc"),
        Set.of(),
        Map.of());
  }
}
