// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** baresip with sound, which calls and is called; told what to do by its console. */
public final class BaresipPhone implements AutoCloseable {
  private static final AtomicInteger PHONES = new AtomicInteger();
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Lab lab;
  private final String host;
  private final Path folder;
  private final RunningProgram program;

  private BaresipPhone(Lab lab, String host, Path folder, RunningProgram program) {
    this.lab = lab;
    this.host = host;
    this.folder = folder;
    this.program = program;
  }

  /** Starts it on a host that has an address, and waits until it is registered. */
  static BaresipPhone start(
      Lab lab,
      String host,
      String number,
      String password,
      String registrar,
      Path sound,
      boolean answers) {
    Path folder = lab.state().resolve("baresip-" + PHONES.incrementAndGet());
    try {
      Files.createDirectories(folder);
      Files.write(
          folder.resolve("config"),
          List.of(
              "module_path /usr/lib/baresip/modules",
              "module g711.so",
              "module aufile.so",
              "module sndfile.so",
              "module cons.so",
              "module_app account.so",
              "module_app menu.so",
              "audio_source aufile," + sound,
              "audio_player aufile," + sound,
              "ausrc_srate 8000",
              "auplay_srate 8000",
              "ausrc_channels 1",
              "auplay_channels 1",
              "snd_path " + folder));
      Files.write(
          folder.resolve("accounts"),
          List.of(
              "<sip:%s@%s;transport=udp>;auth_user=%s;auth_pass=\"%s\";regint=600;answermode=%s"
                  .formatted(number, registrar, number, password, answers ? "auto" : "manual")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    RunningProgram program =
        lab.start(
            folder.getFileName().toString(),
            host,
            List.of("stdbuf", "-oL", "-eL", "baresip", "-v", "-f", folder.toString()));
    BaresipPhone phone = new BaresipPhone(lab, host, folder, program);
    try {
      phone.awaitLine("200 OK");
      return phone;
    } catch (AssertionError e) {
      program.close();
      throw e;
    }
  }

  /** The process. */
  public RunningProgram program() {
    return program;
  }

  /** Types a command of its console. */
  public void say(String command) {
    lab.exec(host, "bash", "-c", "printf '%s\\n' \"$1\" >/dev/udp/127.0.0.1/5555", "say", command)
        .orFail();
  }

  /** Waits until it has said this. */
  public void awaitLine(String part) {
    program.awaitLine(line -> line.contains(part), PATIENCE);
  }

  /** What it has heard in its last call. */
  public Path heard() {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(f -> f.getFileName().toString().endsWith("-dec.wav"))
          .max(Comparator.comparing(Path::getFileName))
          .orElseThrow(() -> new AssertionError(program.report("has heard nothing")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    program.close();
  }
}
