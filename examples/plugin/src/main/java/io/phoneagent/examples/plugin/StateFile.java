// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.plugin;

import io.phoneagent.spi.IdentityStore;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.Properties;

/**
 * What the device remembers, in one file that is replaced whole: after a loss of power it is the
 * old one or the new one. The system property {@code vendor.state-file} names the file; default
 * {@code /var/lib/phone/state}.
 */
public final class StateFile implements IdentityStore {
  private final Path file =
      Path.of(System.getProperty("vendor.state-file", "/var/lib/phone/state")).toAbsolutePath();
  private final Properties values = new Properties();

  /**
   * For the service loader.
   *
   * @throws IOException if the file is there and cannot be read
   */
  public StateFile() throws IOException {
    try (Reader in = Files.newBufferedReader(file)) {
      values.load(in);
    } catch (NoSuchFileException e) {
      // A device that is started for the first time.
    }
  }

  @Override
  public synchronized Optional<String> get(String name) {
    return Optional.ofNullable(values.getProperty(name));
  }

  @Override
  public synchronized void put(String name, String value) {
    values.setProperty(name, value);
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    try {
      Files.createDirectories(file.getParent());
      try (Writer out = Files.newBufferedWriter(fresh)) {
        values.store(out, null);
      }
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      // What is kept makes the next start quicker; a full disk must not end this one.
      return;
    }
  }
}
