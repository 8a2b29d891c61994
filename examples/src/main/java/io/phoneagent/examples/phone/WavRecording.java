// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.phone;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A WAV file that is written as it is heard. It is a valid file at every moment: a phone that is
 * killed leaves what it heard until then, but for the last half second.
 */
final class WavRecording implements Closeable {
  private static final int HEADER_LENGTH = 44;
  // Half a second: seldom enough for flash memory, often enough to lose little.
  private static final int FRAMES_A_WRITE = 25;

  private final RandomAccessFile file;
  private final ByteBuffer buffer =
      ByteBuffer.allocate(FRAMES_A_WRITE * Frame.SAMPLES * 2).order(ByteOrder.LITTLE_ENDIAN);
  private int dataLength;

  private WavRecording(RandomAccessFile file) {
    this.file = file;
  }

  /**
   * Begins a file; one that is there is replaced.
   *
   * @throws IOException if it cannot be written
   */
  static WavRecording create(Path path) throws IOException {
    RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
    try {
      file.setLength(0);
      WavRecording recording = new WavRecording(file);
      recording.writeHeader();
      return recording;
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  /** Adds samples. */
  void add(short[] samples) throws IOException {
    for (short sample : samples) {
      buffer.putShort(sample);
      if (!buffer.hasRemaining()) {
        flush();
      }
    }
  }

  private void flush() throws IOException {
    file.seek(HEADER_LENGTH + (long) dataLength);
    file.write(buffer.array(), 0, buffer.position());
    dataLength += buffer.position();
    buffer.clear();
    writeHeader();
  }

  private void writeHeader() throws IOException {
    ByteBuffer header = ByteBuffer.allocate(HEADER_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
    header.put(ascii("RIFF")).putInt(HEADER_LENGTH - 8 + dataLength).put(ascii("WAVE"));
    header.put(ascii("fmt ")).putInt(16).putShort((short) 1).putShort((short) 1);
    header.putInt(Frame.SAMPLES_PER_SECOND).putInt(2 * Frame.SAMPLES_PER_SECOND);
    header.putShort((short) 2).putShort((short) 16);
    header.put(ascii("data")).putInt(dataLength);
    file.seek(0);
    file.write(header.array());
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public void close() throws IOException {
    try {
      flush();
    } finally {
      file.close();
    }
  }
}
