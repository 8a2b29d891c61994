// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.phone;

import io.phoneagent.InvalidSettingException;
import io.phoneagent.PhoneAgentException;
import java.io.PrintWriter;
import picocli.CommandLine;

/** Tells what is wrong with the flags of a program in a line or two, not in a page of usage. */
public final class WrongFlag implements CommandLine.IParameterExceptionHandler {
  private final String program;
  private final PrintWriter err;

  /** Tells it of this program, and there. */
  public WrongFlag(String program, PrintWriter err) {
    this.program = program;
    this.err = err;
  }

  /** What has failed; a setting is named by its flag, as it was given. */
  public static String told(Exception failure, CommandLine command) {
    if (failure instanceof InvalidSettingException wrong
        && command.getCommandSpec().findOption("--" + wrong.setting()) != null) {
      return "--" + wrong.getMessage();
    }
    return failure instanceof PhoneAgentException
        ? String.valueOf(failure.getMessage())
        : failure.toString();
  }

  @Override
  public int handleParseException(CommandLine.ParameterException failure, String[] args) {
    err.println(program + ": " + failure.getMessage());
    if (!CommandLine.UnmatchedArgumentException.printSuggestions(failure, err)) {
      err.println("--help tells more");
    }
    return 2;
  }
}
