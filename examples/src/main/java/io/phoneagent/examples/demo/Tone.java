// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.demo;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import javax.sound.sampled.AudioFileFormat;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import javax.sound.sampled.UnsupportedAudioFileException;

/**
 * What a phone says in the demonstration: a steady tone, so that the other end can tell whom it
 * hears.
 *
 * @param hertz its frequency
 */
record Tone(int hertz) {
  private static final float RATE = 8_000;
  private static final int FRAME = 400;
  // Of a frame's energy: G.711 leaves far more of a pure tone, noise and silence far less.
  private static final double SHARE = 0.8;

  /** Writes two seconds of it. */
  void write(Path file) throws IOException {
    byte[] samples = new byte[2 * 2 * (int) RATE];
    for (int i = 0; i < samples.length / 2; i++) {
      short sample = (short) (8_000 * Math.sin(2 * Math.PI * hertz * i / RATE));
      samples[2 * i] = (byte) sample;
      samples[2 * i + 1] = (byte) (sample >> 8);
    }
    AudioFormat format = new AudioFormat(RATE, 16, 1, true, false);
    AudioSystem.write(
        new AudioInputStream(new ByteArrayInputStream(samples), format, samples.length / 2),
        AudioFileFormat.Type.WAVE,
        file.toFile());
  }

  /** For how many seconds of a recording it is what is heard. */
  double secondsIn(Path recording) throws IOException {
    try (AudioInputStream in = AudioSystem.getAudioInputStream(recording.toFile())) {
      byte[] all = in.readAllBytes();
      int heard = 0;
      for (int at = 0; at + 2 * FRAME <= all.length; at += 2 * FRAME) {
        heard += isIn(all, at) ? 1 : 0;
      }
      return heard * FRAME / RATE;
    } catch (UnsupportedAudioFileException e) {
      throw new IOException(recording + " is no WAV file", e);
    }
  }

  /** Goertzel's filter: the share of a frame's energy at this frequency. */
  private boolean isIn(byte[] bytes, int offset) {
    double energy = 0;
    double cosine = 2 * Math.cos(2 * Math.PI * hertz / RATE);
    double last = 0;
    double beforeLast = 0;
    for (int i = 0; i < FRAME; i++) {
      int low = bytes[offset + 2 * i] & 0xFF;
      double sample = (short) (bytes[offset + 2 * i + 1] << 8 | low);
      energy += sample * sample;
      double next = sample + cosine * last - beforeLast;
      beforeLast = last;
      last = next;
    }
    double power = last * last + beforeLast * beforeLast - cosine * last * beforeLast;
    return energy > 0 && 2 * power / (FRAME * energy) > SHARE;
  }
}
