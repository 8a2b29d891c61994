// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.phone;

import io.phoneagent.InvalidSettingException;
import io.phoneagent.spi.IdentityStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/**
 * Remembers in a directory of its own, a file for each name. A file is replaced whole: a device
 * that loses power has the old one or the new one.
 */
final class FileIdentityStore implements IdentityStore {
  private final Path directory;

  private FileIdentityStore(Path directory) {
    this.directory = directory;
  }

  /**
   * Opens a directory, which is made if it is not there and is the owner's alone.
   *
   * @throws InvalidSettingException if that is not possible
   */
  static FileIdentityStore open(String setting, Path directory) {
    try {
      Files.createDirectories(directory);
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
      if (!Files.isWritable(directory)) {
        throw new IOException("not writable");
      }
    } catch (UnsupportedOperationException e) {
      return new FileIdentityStore(directory); // a file system without owners
    } catch (IOException e) {
      throw new InvalidSettingException(
          setting, directory + " cannot be used: " + e + "; give a directory that can be written");
    }
    return new FileIdentityStore(directory);
  }

  // Names hold letters, digits, hyphens and, from a host's name, dots and colons.
  private Path file(String name) {
    return directory.resolve(name.replaceAll("[^A-Za-z0-9.-]", "_") + ".txt");
  }

  @Override
  public Optional<String> get(String name) {
    try {
      return Optional.of(Files.readString(file(name)));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  @Override
  public void put(String name, String value) {
    try {
      Path fresh = Files.createTempFile(directory, "new", ".tmp");
      Files.writeString(fresh, value);
      Files.move(
          fresh, file(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      // What is kept makes a restart quicker; a full disk must not end a phone.
      return;
    }
  }
}
