// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.lab;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A number at the switch.
 *
 * @param number E.164 with +
 * @param secret what its phone proves itself with
 * @param backup the number that rings when the phone does not
 * @param backupOverTrunk whether that number may be reached over the trunk
 * @param mac the only device that may have it
 * @param digest what its plain phones are asked for, if not what the switch would
 */
public record Account(
    String number,
    String secret,
    Optional<String> backup,
    boolean backupOverTrunk,
    Optional<String> mac,
    Optional<String> digest) {

  /** A number whose plain phones are asked for what the switch would. */
  public Account(
      String number,
      String secret,
      Optional<String> backup,
      boolean backupOverTrunk,
      Optional<String> mac) {
    this(number, secret, backup, backupOverTrunk, mac, Optional.empty());
  }

  /** The same for plain phones that know no other digest. */
  public Account withDigest(String algorithm) {
    return new Account(number, secret, backup, backupOverTrunk, mac, Optional.of(algorithm));
  }

  /** A number without a backup. */
  public static Account of(String number) {
    return new Account(
        number, "secret-of-" + number.substring(1), Optional.empty(), false, Optional.empty());
  }

  /** The same with a backup number that is reached over the trunk. */
  public Account backedByTrunk(String other) {
    return new Account(number, secret, Optional.of(other), true, mac);
  }

  /** The same with another account of the switch as its backup. */
  public Account backedBy(String other) {
    return new Account(number, secret, Optional.of(other), false, mac);
  }

  /** The same for this device alone. */
  public Account onlyFor(String device) {
    return new Account(number, secret, backup, backupOverTrunk, Optional.of(device));
  }

  /**
   * Makes the accounts of so many numbers in a row, with the command of the switch.
   *
   * @param file where the switch has its accounts
   */
  public static void addRow(Path folder, Path file, String first, int count, String secret) {
    List<String> words = new ArrayList<>(List.of("account", "add", "--accounts", file.toString()));
    words.addAll(List.of("--number", first, "--count", String.valueOf(count), "--secret", secret));
    Product.run(folder, "dns-switch", words.toArray(String[]::new)).orFail();
  }

  /** The arguments of {@code dns-switch account add}. */
  List<String> arguments() {
    List<String> words = new ArrayList<>(List.of("--number", number, "--secret", secret));
    backup.ifPresent(
        other ->
            words.addAll(
                List.of(
                    "--backup", other, "--backup-over-trunk", Boolean.toString(backupOverTrunk))));
    mac.ifPresent(device -> words.addAll(List.of("--mac", device)));
    digest.ifPresent(algorithm -> words.addAll(List.of("--digest", algorithm)));
    return words;
  }

  @Override
  public String toString() {
    return "account " + number;
  }
}
