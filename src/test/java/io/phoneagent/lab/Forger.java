// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Somebody on a host of the lab who sends datagrams to the switch, also as if he were another. */
public final class Forger {
  private static final String TARGET = TestBed.SWITCH + ":5060";

  private final Lab lab;
  private final String host;

  /** Somebody on this host. */
  public Forger(Lab lab, String host) {
    this.lab = lab;
    this.host = host;
  }

  /**
   * Sends these as if they came from there.
   *
   * @param source ADDRESS:PORT
   */
  public void send(String source, List<String> messages) {
    run(source, messages);
  }

  /** Sends these from a port of its own, and waits a second for what comes back. */
  public Answers ask(List<String> messages) {
    List<String> said = run("-", messages).output().lines().toList();
    return new Answers(
        messages.stream().mapToInt(m -> m.getBytes(StandardCharsets.UTF_8).length).sum(),
        Integer.parseInt(said.get(0)),
        said.subList(1, said.size()));
  }

  private Outcome run(String source, List<String> messages) {
    List<String> command =
        new ArrayList<>(List.of("python3", Product.labFile("forge.py"), source, TARGET));
    try {
      for (String message : messages) {
        Path file = lab.state().resolve("forged-by-" + host + "-" + command.size());
        Files.writeString(file, message);
        command.add(file.toString());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return lab.exec(host, command.toArray(String[]::new)).orFail();
  }

  /**
   * What the switch said to it.
   *
   * @param sent octets of the questions
   * @param came octets of all answers
   * @param firstLines of each answer
   */
  public record Answers(int sent, int came, List<String> firstLines) {}
}
