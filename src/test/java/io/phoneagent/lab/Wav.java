// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/** WAV files of 8 kHz, mono, 16 bit: what a phone plays and records. */
public final class Wav {

  /** Samples a second. */
  public static final int RATE = 8000;

  private static final int RIFF = 0x46464952;
  private static final int WAVE = 0x45564157;
  private static final int FORMAT = 0x20746d66;
  private static final int DATA = 0x61746164;

  private Wav() {}

  /** Writes the samples. */
  public static void write(Path file, short[] samples) {
    ByteBuffer out = ByteBuffer.allocate(44 + 2 * samples.length).order(ByteOrder.LITTLE_ENDIAN);
    out.putInt(RIFF).putInt(36 + 2 * samples.length).putInt(WAVE);
    out.putInt(FORMAT).putInt(16).putShort((short) 1).putShort((short) 1);
    out.putInt(RATE).putInt(2 * RATE).putShort((short) 2).putShort((short) 16);
    out.putInt(DATA).putInt(2 * samples.length);
    for (short sample : samples) {
      out.putShort(sample);
    }
    try {
      Files.write(file, out.array());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads the samples; any other kind of file is an error that says what it is. */
  public static short[] read(Path file) {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    if (bytes.length < 12 || in.getInt() != RIFF || in.getInt(8) != WAVE) {
      throw new IllegalArgumentException(file + " is no WAV file");
    }
    in.position(12);
    while (in.remaining() >= 8) {
      int chunk = in.getInt();
      // A file that is still being written may have 0 or too much here: then the data go to its
      // end.
      int told = in.getInt();
      int length = told <= 0 || told > in.remaining() ? in.remaining() : told;
      if (chunk == FORMAT) {
        checkFormat(file, in);
      } else if (chunk == DATA) {
        short[] samples = new short[length / 2];
        in.slice().order(ByteOrder.LITTLE_ENDIAN).asShortBuffer().get(samples);
        return samples;
      }
      in.position(Math.min(in.limit(), in.position() + length + (length & 1)));
    }
    return new short[0];
  }

  private static void checkFormat(Path file, ByteBuffer in) {
    int at = in.position();
    int channels = in.getShort(at + 2);
    int rate = in.getInt(at + 4);
    int bits = in.getShort(at + 14);
    if (channels != 1 || rate != RATE || bits != 16) {
      throw new IllegalArgumentException(
          file + " has " + channels + " channels of " + bits + " bits at " + rate + " Hz");
    }
  }
}
