// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.phone;

import io.phoneagent.InvalidSettingException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/** A WAV file in memory: 8 kHz, mono, 16 bits. */
final class WavSound {
  // Half an hour, 29 MB: more than any announcement, less than a small device's memory.
  private static final long MOST_BYTES = 1_800L * 2 * Frame.SAMPLES_PER_SECOND;
  private static final int RIFF = tag("RIFF");
  private static final int WAVE = tag("WAVE");
  private static final int FORMAT = tag("fmt ");
  private static final int DATA = tag("data");
  private static final int PCM = 1;
  private static final int EXTENSIBLE = 0xFFFE;

  private final short[] samples;

  private WavSound(short[] samples) {
    this.samples = samples;
  }

  static WavSound of(short... samples) {
    return new WavSound(samples.clone());
  }

  /**
   * Reads a file.
   *
   * @throws InvalidSettingException if it cannot be read or is of another format; says which
   */
  static WavSound read(String setting, Path file) {
    try {
      if (Files.size(file) > MOST_BYTES) {
        throw new InvalidSettingException(setting, file + " is longer than half an hour");
      }
      return new Reading(setting, file, Files.readAllBytes(file)).sound();
    } catch (IOException e) {
      throw new InvalidSettingException(
          setting, file + " cannot be read (" + e.getClass().getSimpleName() + ")");
    }
  }

  int length() {
    return samples.length;
  }

  short[] samples() {
    return samples.clone();
  }

  /** This sound again and again, from its beginning. */
  AudioSource loop() {
    int[] at = {0};
    return frame -> {
      for (int i = 0; i < frame.length; i++) {
        frame[i] = samples[at[0]];
        at[0] = (at[0] + 1) % samples.length;
      }
    };
  }

  private static int tag(String text) {
    return text.charAt(0) | text.charAt(1) << 8 | text.charAt(2) << 16 | text.charAt(3) << 24;
  }

  private static final class Reading {
    private final String setting;
    private final Path file;
    private final byte[] bytes;

    Reading(String setting, Path file, byte[] bytes) {
      this.setting = setting;
      this.file = file;
      this.bytes = bytes;
    }

    WavSound sound() {
      ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      if (in.remaining() < 12 || in.getInt() != RIFF || in.getInt(8) != WAVE) {
        throw wrong("is no WAV file");
      }
      in.position(12);
      boolean checked = false;
      while (in.remaining() >= 8) {
        int kind = in.getInt();
        long size = in.getInt() & 0xFFFFFFFFL;
        int here = (int) Math.min(size, in.remaining());
        if (kind == FORMAT && here >= 16) {
          check(in.slice().order(ByteOrder.LITTLE_ENDIAN));
          checked = true;
        } else if (kind == DATA) {
          // The size may be wrong where a recorder was killed: what is there counts.
          return data(in, here, checked);
        }
        in.position(Math.min(in.limit(), in.position() + here + (here & 1)));
      }
      throw wrong("holds no samples");
    }

    private void check(ByteBuffer format) {
      int coding = format.getShort(0) & 0xFFFF;
      int channels = format.getShort(2);
      int rate = format.getInt(4);
      int bits = format.getShort(14);
      if ((coding != PCM && coding != EXTENSIBLE)
          || channels != 1
          || rate != Frame.SAMPLES_PER_SECOND
          || bits != 16) {
        throw wrong(
            "has "
                + (coding == PCM || coding == EXTENSIBLE ? "" : "coding " + coding + ", ")
                + rate
                + " Hz, "
                + channels
                + " channel(s) and "
                + bits
                + " bits");
      }
    }

    private WavSound data(ByteBuffer in, int size, boolean checked) {
      if (!checked || size < 2) {
        throw wrong(checked ? "holds no samples" : "does not tell its format");
      }
      short[] samples = new short[size / 2];
      in.asShortBuffer().get(samples);
      return new WavSound(samples);
    }

    private InvalidSettingException wrong(String problem) {
      return new InvalidSettingException(
          setting, file + " " + problem + "; give a WAV file of 8000 Hz, 1 channel and 16 bits");
    }
  }
}
