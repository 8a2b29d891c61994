// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.lab.Signals;
import io.phoneagent.lab.Wav;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** What one end of a call plays, and where it records what it hears. */
final class Voice {
  private static final AtomicInteger CALLS = new AtomicInteger();

  private final short[] samples;
  private final Path played;
  private final Path heard;

  private Voice(short[] samples, Path played, Path heard) {
    this.samples = samples;
    this.played = played;
    this.heard = heard;
  }

  /** Five seconds of speech; another seed is another voice. */
  static Voice of(Path folder, int seed) {
    return of(folder, seed, 5);
  }

  /** So many seconds of speech, for who does not begin anew at its end. */
  static Voice of(Path folder, int seed, int seconds) {
    int call = CALLS.incrementAndGet();
    Voice voice =
        new Voice(
            Signals.speech(seed, seconds),
            folder.resolve("played-" + call + ".wav"),
            folder.resolve("heard-" + call + ".wav"));
    Wav.write(voice.played, voice.samples);
    return voice;
  }

  /** The same in a later call of its phone, of which the first one is 1. */
  Voice inCall(int call) {
    String name = heard.getFileName().toString();
    return call == 1
        ? this
        : new Voice(
            samples, played, heard.resolveSibling(name.replace(".wav", "-" + call + ".wav")));
  }

  /** The file it plays. */
  Path played() {
    return played;
  }

  /** The file it records. */
  Path heard() {
    return heard;
  }

  /** What a phone is told to play and record, with more options. */
  String[] options(String... more) {
    List<String> all =
        new ArrayList<>(List.of("--play", played.toString(), "--record", heard.toString()));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  /** The same, which somebody else has recorded there. */
  Voice heardIn(Path recording) {
    return new Voice(samples, played, recording);
  }

  /** {@code listener} heard what {@code speaker} played, from start to end, and not itself. */
  static void heardWell(Voice listener, Voice speaker) {
    short[] recorded = Wav.read(listener.heard);
    Signals.Heard heard = Signals.compare(speaker.samples, recorded);
    assertThat(heard.correlation()).as(heard.toString()).isGreaterThan(0.97);
    assertThat(heard.heardMillis()).as(heard.toString()).isGreaterThan(3000);
    assertThat(heard.longestGapMillis()).as(heard.toString()).isLessThan(200);
    assertThat(Signals.compare(listener.samples, recorded).heardMillis()).isLessThan(100);
  }

  /**
   * How long {@code listener} did not hear {@code speaker}, whom it heard before and afterwards.
   *
   * @return milliseconds
   */
  static int longestGap(Voice listener, Voice speaker) {
    Signals.Heard heard = Signals.compare(speaker.samples, Wav.read(listener.heard));
    assertThat(heard.correlation()).as(heard.toString()).isGreaterThan(0.97);
    return heard.longestGapMillis();
  }

  /** How long {@code listener} heard {@code speaker}, all together, in milliseconds. */
  static int heardMillis(Voice listener, Voice speaker) {
    return Signals.compare(speaker.samples, Wav.read(listener.heard)).heardMillis();
  }
}
