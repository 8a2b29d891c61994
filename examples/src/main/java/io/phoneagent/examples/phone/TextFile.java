// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.phone;

import io.phoneagent.InvalidSettingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Text in a file that a flag names. */
final class TextFile {
  private TextFile() {}

  /**
   * Reads all of it.
   *
   * @throws InvalidSettingException if it cannot be read
   */
  static String read(String flag, Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new InvalidSettingException(
          flag, file + " cannot be read (" + e.getClass().getSimpleName() + ")");
    }
  }
}
