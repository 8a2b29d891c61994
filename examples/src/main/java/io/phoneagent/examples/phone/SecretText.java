// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.phone;

import io.phoneagent.InvalidSettingException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Secrets that one flag gives, such as {@code --secret}, or a file that {@code --secret-file}
 * names.
 */
public final class SecretText {
  private SecretText() {}

  /**
   * What was given by one of both flags; of a file all but the space around it.
   *
   * @param flag the first of them; the other one ends in {@code -file}
   * @throws InvalidSettingException if both are given, or neither, or the file cannot be read
   */
  public static String read(String flag, Optional<String> given, Optional<Path> file) {
    String flagOfFile = flag + "-file";
    if (given.isPresent() && file.isPresent()) {
      throw new InvalidSettingException(flagOfFile, "give this or " + flag + ", not both");
    }
    String text =
        file.map(path -> TextFile.read(flagOfFile, path).strip()).or(() -> given).orElse("");
    if (text.isEmpty()) {
      throw new InvalidSettingException(flag, "is missing; give it or " + flagOfFile);
    }
    return text;
  }
}
