// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

/**
 * baresip at the far end of the switch's trunk: answers whoever calls its number, plays a sound,
 * and is told keys as its menu knows them.
 */
public final class BaresipTrunk implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final RunningProgram program;

  private BaresipTrunk(RunningProgram program) {
    this.program = program;
  }

  static BaresipTrunk start(Lab lab, String host, String address, String number, short[] sound) {
    Path folder = lab.state().resolve("baresip-trunk");
    try {
      Files.createDirectories(folder);
      Path played = folder.resolve("played.wav");
      Wav.write(played, sound);
      Files.write(
          folder.resolve("config"),
          List.of(
              "module_path /usr/lib/baresip/modules",
              "sip_listen " + address + ":5060",
              "audio_source aufile," + played,
              "module stdio.so",
              "module g711.so",
              "module aufile.so",
              "module_app account.so",
              "module_app menu.so"));
      Files.write(
          folder.resolve("accounts"),
          List.of("<sip:" + number + "@" + address + ">;regint=0;answermode=auto"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    // Through a pipe it would speak only now and then.
    RunningProgram program =
        lab.start(
            "baresip-trunk", host, List.of("stdbuf", "-oL", "baresip", "-f", folder.toString()));
    program.awaitLine(line -> line.contains("baresip is ready"), PATIENCE);
    return new BaresipTrunk(program);
  }

  /** Holds the call that is up. */
  public void hold() {
    program.type("x");
  }

  /** Goes on with it. */
  public void resume() {
    program.type("X");
  }

  /** Presses keys in the call that is up, by RFC 4733. */
  public void press(String keys) {
    program.type(keys);
  }

  /** A line that it says, waiting for it. */
  public String await(Predicate<String> line) {
    return program.awaitLine(line, PATIENCE);
  }

  @Override
  public void close() {
    program.close();
  }
}
