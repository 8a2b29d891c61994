// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.lab;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** SIPp's command line, made fit for a program that is watched by another. */
public final class Sipp {

  private Sipp() {}

  /** The command with these arguments; SIPp's own logs go to that folder. */
  public static List<String> command(Path folder, List<String> arguments) {
    // It draws a screen wherever it can, and reads keys: neither is wanted.
    List<String> command = new ArrayList<>(List.of("env", "TERM=dumb", "sipp", "-nostdin"));
    command.addAll(List.of("-trace_err", "-error_file", folder.resolve("sipp.err").toString()));
    command.addAll(arguments);
    return command;
  }
}
