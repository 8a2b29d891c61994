// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.lab;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The commands under test, as a person runs them from a checkout. */
public final class Product {

  private static final Path ROOT = findRoot();

  private Product() {}

  private static Path findRoot() {
    String told = System.getProperty("phoneagent.root", "");
    Path at = Path.of(told.isEmpty() ? "." : told).toAbsolutePath().normalize();
    while (!Files.exists(at.resolve("src/test/lab/lab"))) {
      Path parent = at.getParent();
      if (parent == null) {
        throw new IllegalStateException("not started inside a checkout; set -Dphoneagent.root");
      }
      at = parent;
    }
    return at;
  }

  /** The checkout's top folder. */
  public static Path root() {
    return ROOT;
  }

  /** A file of {@code src/test/lab}. */
  public static String labFile(String name) {
    return ROOT.resolve("src/test/lab").resolve(name).toString();
  }

  /** {@code bin/NAME} with its arguments. */
  public static List<String> command(String name, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(ROOT.resolve("bin").resolve(name).toString());
    command.addAll(arguments);
    return command;
  }

  /** The command made such that it is killed when the thread that starts it ends, however. */
  static List<String> notLongerThanUs(List<String> command) {
    if (!Files.isExecutable(Path.of("/usr/bin/setpriv"))) {
      return command;
    }
    List<String> bound = new ArrayList<>(List.of("/usr/bin/setpriv", "--pdeathsig", "KILL"));
    bound.addAll(command);
    return bound;
  }

  /** Runs {@code bin/NAME} until it ends. */
  public static Outcome run(Path folder, String name, String... arguments) {
    return Outcome.of(folder, command(name, List.of(arguments)), Duration.ofSeconds(60));
  }
}
