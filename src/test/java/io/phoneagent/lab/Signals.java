// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Sounds that can be told apart, and the comparison of what was played (in a loop) with what was
 * heard. A sound is heard where the recording and the played one have the same shape, whatever the
 * delay and the loudness; a recording may begin anywhere in the loop, and its delay may jump, as it
 * does when a jitter buffer adapts.
 */
public final class Signals {

  private static final int FRAME = Wav.RATE / 50;

  /** Long enough that the wrong delay, or the wrong sound, never looks right by chance. */
  private static final int STRETCH = Wav.RATE / 2;

  /** G.711 costs 0.001; 20 ms of another sound, or of the same at another delay, stay below 0.8. */
  private static final double SAME = 0.9;

  private Signals() {}

  /** Speech-like: three gliding tones and their rhythm, other ones for every seed. Never silent. */
  public static short[] speech(int seed, int seconds) {
    Random random = new Random(1000 + seed);
    int count = seconds * Wav.RATE;
    double[] sum = new double[count];
    for (int voice = 0; voice < 3; voice++) {
      double middle = 400 + 800 * voice + 250 * random.nextDouble();
      double glide = 150 + 100 * random.nextDouble();
      double[] rhythm = {random.nextDouble() * 7, random.nextDouble() * 7};
      double[] tempo = {1.3 + random.nextDouble(), 2.9 + random.nextDouble()};
      double phase = 0;
      for (int i = 0; i < count; i++) {
        double t = (double) i / Wav.RATE;
        double pitch =
            middle
                + glide * Math.sin(2 * Math.PI * tempo[0] * t + rhythm[0])
                + glide / 2 * Math.sin(2 * Math.PI * tempo[1] * t + rhythm[1]);
        phase += 2 * Math.PI * pitch / Wav.RATE;
        double loudness = 0.6 + 0.35 * Math.sin(2 * Math.PI * (3 + voice) * t + rhythm[voice % 2]);
        sum[i] += loudness * Math.sin(phase);
      }
    }
    short[] samples = new short[count];
    for (int i = 0; i < count; i++) {
      samples[i] = (short) Math.round(sum[i] * 7000);
    }
    return samples;
  }

  /**
   * What came of it.
   *
   * @param correlation of the stretches in which it was heard, 1 being the same shape; the mean
   * @param heardMillis how long it was heard, all together
   * @param longestGapMillis the longest time without it, between first and last heard
   * @param firstMillis when in the recording it was heard first
   */
  public record Heard(double correlation, int heardMillis, int longestGapMillis, int firstMillis) {}

  /** Looks for the sound, which was played in a loop, in the recording. */
  public static Heard compare(short[] played, short[] recorded) {
    List<Integer> delays = delays(played, recorded);
    int frames = recorded.length / FRAME;
    double sum = 0;
    int heard = 0;
    int first = -1;
    int last = -1;
    int gap = 0;
    for (int frame = 0; frame < frames; frame++) {
      double best = 0;
      for (int delay : delays) {
        best = Math.max(best, likeness(played, recorded, frame * FRAME, FRAME, delay));
      }
      if (best >= SAME) {
        gap = last < 0 ? 0 : Math.max(gap, frame - last - 1);
        first = first < 0 ? frame : first;
        last = frame;
        heard++;
        sum += best;
      }
    }
    return new Heard(heard == 0 ? 0 : sum / heard, heard * 20, gap * 20, Math.max(0, first) * 20);
  }

  /** Where in the loop the recording's samples stand: the offsets at which a stretch fits. */
  private static List<Integer> delays(short[] played, short[] recorded) {
    List<Integer> found = new ArrayList<>();
    Loop loop = new Loop(played);
    for (int start = 0; start + STRETCH <= recorded.length; start += STRETCH / 2) {
      int at = start;
      boolean known =
          found.stream().anyMatch(delay -> likeness(played, recorded, at, STRETCH, delay) >= SAME);
      if (!known) {
        int delay =
            Math.floorMod(loop.bestPosition(recorded, start, STRETCH) - start, played.length);
        // Half a stretch at the right delay is enough to propose it; frames decide.
        if (likeness(played, recorded, start, STRETCH, delay) >= 0.4 && !found.contains(delay)) {
          found.add(delay);
        }
      }
    }
    return found;
  }

  /** Normalised correlation of recorded[start..] with the loop at start + delay. */
  private static double likeness(
      short[] played, short[] recorded, int start, int length, int delay) {
    double cross = 0;
    double ours = 0;
    double theirs = 0;
    int at = Math.floorMod(start + delay, played.length);
    for (int i = 0; i < length; i++) {
      double x = played[at];
      double y = recorded[start + i];
      cross += x * y;
      ours += x * x;
      theirs += y * y;
      at = at + 1 == played.length ? 0 : at + 1;
    }
    // What is 60 dB under full scale is silence, whatever its shape.
    return theirs < length * 30.0 * 30.0 || ours == 0 ? 0 : cross / Math.sqrt(ours * theirs);
  }

  /** Circular correlation against a loop, by Fourier transform. */
  private static final class Loop {

    private final int length;
    private final int size;
    private final double[] real;
    private final double[] imaginary;

    Loop(short[] played) {
      length = played.length;
      // The loop and one stretch more, so that a stretch may lie across its end.
      size = Integer.highestOneBit(2 * (length + STRETCH) - 1);
      real = new double[size];
      imaginary = new double[size];
      for (int i = 0; i < length + STRETCH; i++) {
        real[i] = played[i % length];
      }
      transform(real, imaginary);
    }

    int bestPosition(short[] recorded, int start, int stretch) {
      double[] re = new double[size];
      double[] im = new double[size];
      for (int i = 0; i < stretch; i++) {
        re[i] = recorded[start + i];
      }
      transform(re, im);
      for (int i = 0; i < size; i++) {
        double a = real[i] * re[i] + imaginary[i] * im[i];
        double b = imaginary[i] * re[i] - real[i] * im[i];
        // The conjugate, so that a forward transform serves as the inverse one.
        re[i] = a;
        im[i] = -b;
      }
      transform(re, im);
      int best = 0;
      for (int i = 1; i < length; i++) {
        best = re[i] > re[best] ? i : best;
      }
      return best;
    }

    /** Radix 2, in place. */
    private static void transform(double[] re, double[] im) {
      int n = re.length;
      for (int i = 1, j = 0; i < n; i++) {
        int bit = n >> 1;
        for (; (j & bit) != 0; bit >>= 1) {
          j ^= bit;
        }
        j ^= bit;
        if (i < j) {
          swap(re, i, j);
          swap(im, i, j);
        }
      }
      for (int span = 2; span <= n; span <<= 1) {
        int half = span / 2;
        for (int k = 0; k < half; k++) {
          double angle = -2 * Math.PI * k / span;
          double cos = Math.cos(angle);
          double sin = Math.sin(angle);
          for (int i = k; i < n; i += span) {
            double a = re[i + half] * cos - im[i + half] * sin;
            double b = re[i + half] * sin + im[i + half] * cos;
            re[i + half] = re[i] - a;
            im[i + half] = im[i] - b;
            re[i] += a;
            im[i] += b;
          }
        }
      }
    }

    private static void swap(double[] values, int i, int j) {
      double kept = values[i];
      values[i] = values[j];
      values[j] = kept;
    }
  }
}
