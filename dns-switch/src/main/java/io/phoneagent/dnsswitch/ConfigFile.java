// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch;

import io.phoneagent.InvalidSettingException;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Flags from a properties file, named as on the command line without the hyphens: {@code
 * http=0.0.0.0:8443}. Several values of one flag are separated by commas.
 */
final class ConfigFile implements IDefaultValueProvider {
  private static final String FLAG = "--config";

  private final Properties values = new Properties();

  private ConfigFile(Path file) {
    try (Reader text = Files.newBufferedReader(file)) {
      values.load(text);
    } catch (IOException | IllegalArgumentException e) {
      throw new InvalidSettingException(FLAG, file + " is not there or cannot be read");
    }
    Set<String> known =
        new CommandLine(new DnsSwitchCommand(SipSignalling::new))
            .getCommandSpec().options().stream()
                .map(o -> o.longestName().substring(2))
                .collect(Collectors.toSet());
    for (String name : values.stringPropertyNames()) {
      if (!known.contains(name) || name.equals("config")) {
        throw new InvalidSettingException(FLAG, file + ": there is no flag '" + name + "'");
      }
    }
  }

  /** The file that the arguments name, read. */
  static Optional<ConfigFile> named(String... args) {
    for (int i = 0; i < args.length; i++) {
      if (args[i].startsWith(FLAG + "=")) {
        return Optional.of(new ConfigFile(Path.of(args[i].substring(FLAG.length() + 1))));
      }
      if (args[i].equals(FLAG) && i + 1 < args.length) {
        return Optional.of(new ConfigFile(Path.of(args[i + 1])));
      }
    }
    return Optional.empty();
  }

  @Override
  public @Nullable String defaultValue(ArgSpec argument) {
    // Only the switch's own flags: an account command has some of the same names.
    boolean own =
        argument instanceof OptionSpec
            && argument.command().userObject() instanceof DnsSwitchCommand;
    return own ? values.getProperty(((OptionSpec) argument).longestName().substring(2)) : null;
  }
}
