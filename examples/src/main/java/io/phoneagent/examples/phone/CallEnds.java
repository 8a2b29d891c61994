// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.phone;

import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;

/** What one call's audio is joined to: a sound to say, a file to hear into, events for keys. */
final class CallEnds implements CallAudio.Ends, Closeable {
  private final EventLog log;
  private final AudioSource mouth;
  private final Optional<RecordingFiles> files;
  private final Consumer<String> silent;
  private Optional<WavRecording> recording = Optional.empty();
  private boolean failed;
  private String call = "";

  CallEnds(
      EventLog log,
      Optional<WavSound> sound,
      Optional<RecordingFiles> files,
      Consumer<String> silent) {
    this.log = log;
    this.mouth = sound.map(WavSound::loop).orElse(AudioSource.SILENCE);
    this.files = files;
    this.silent = silent;
  }

  void begin(String callId) {
    call = callId;
  }

  @Override
  public AudioSource mouth() {
    return mouth;
  }

  @Override
  public void heard(short[] frame) {
    if (failed || !files.isPresent()) {
      return;
    }
    try {
      if (!recording.isPresent()) {
        recording = Optional.of(files.get().next()); // a call that is never heard leaves no file
      }
      recording.get().add(frame);
    } catch (IOException e) {
      failed = true;
      log.error("record", "the recording of call " + call + " ends here: " + e.getMessage());
    }
  }

  @Override
  public void pressed(char digit) {
    log.write(
        "digit",
        "the other side pressed " + digit,
        json -> {
          json.writeStringField("call", call);
          json.writeStringField("digit", String.valueOf(digit));
        });
  }

  @Override
  public void silent() {
    silent.accept(call);
  }

  @Override
  public void close() throws IOException {
    if (recording.isPresent()) {
      recording.get().close();
    }
  }
}
