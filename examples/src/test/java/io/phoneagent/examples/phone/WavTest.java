// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.phone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phoneagent.InvalidSettingException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WavTest {
  @TempDir private Path directory;

  private Path recorded(int frames, boolean closed) throws IOException {
    Path file = directory.resolve("a.wav");
    WavRecording recording = WavRecording.create(file);
    short[] frame = new short[Frame.SAMPLES];
    for (int i = 0; i < frames; i++) {
      frame[0] = (short) i;
      recording.add(frame);
    }
    if (closed) {
      recording.close();
    }
    return file;
  }

  @Test
  void whatWasWrittenIsRead() throws IOException {
    short[] samples = WavSound.read("--play", recorded(30, true)).samples();
    assertThat(samples).hasSize(30 * Frame.SAMPLES);
    assertThat(samples[29 * Frame.SAMPLES]).isEqualTo((short) 29);
  }

  @Test
  void aPhoneThatIsKilledLeavesAValidFile() throws IOException {
    Path file = recorded(60, false);
    assertThat(WavSound.read("--play", file).length()).isEqualTo(50 * Frame.SAMPLES);
    byte[] bytes = Files.readAllBytes(file);
    ByteBuffer header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(header.getInt(4)).isEqualTo(bytes.length - 8);
    assertThat(header.getInt(40)).isEqualTo(bytes.length - 44);
  }

  @Test
  void aSoundIsSaidAgainAndAgain() {
    AudioSource loop = WavSound.of((short) 1, (short) 2, (short) 3).loop();
    short[] frame = new short[Frame.SAMPLES];
    loop.next(frame);
    assertThat(frame).startsWith(1, 2, 3, 1).endsWith(1);
    loop.next(frame);
    assertThat(frame).startsWith(2, 3, 1);
  }

  @Test
  void anotherFormatIsRefusedAndNamed() throws IOException {
    Path file = recorded(1, true);
    byte[] bytes = Files.readAllBytes(file);
    bytes[22] = 2;
    bytes[24] = 0x44;
    bytes[25] = (byte) 0xAC;
    Files.write(file, bytes);
    assertThatThrownBy(() -> WavSound.read("--play", file))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("44100 Hz, 2 channel(s)")
        .hasMessageContaining("give a WAV file of 8000 Hz, 1 channel and 16 bits");
  }

  @Test
  void whatIsNoWavFileIsRefused() throws IOException {
    Path text = Files.writeString(directory.resolve("b.wav"), "no sound");
    assertThatThrownBy(() -> WavSound.read("--play", text)).hasMessageContaining("no WAV file");
    Path header = Files.write(text, Arrays.copyOf(Files.readAllBytes(recorded(1, true)), 44));
    assertThatThrownBy(() -> WavSound.read("--play", header)).hasMessageContaining("no samples");
    assertThatThrownBy(() -> WavSound.read("--play", directory.resolve("none.wav")))
        .hasMessageContaining("cannot be read");
  }

  @Test
  void laterCallsHaveFilesOfTheirOwn() {
    RecordingFiles files = new RecordingFiles(Path.of("/tmp/x/heard.wav"));
    assertThat(files.name(1)).isEqualTo(Path.of("/tmp/x/heard.wav"));
    assertThat(files.name(2)).isEqualTo(Path.of("/tmp/x/heard-2.wav"));
    assertThat(new RecordingFiles(Path.of("heard")).name(3)).isEqualTo(Path.of("heard-3"));
  }
}
