// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.lab;

import java.util.List;
import java.util.Optional;

/**
 * A number at the switch.
 *
 * @param number E.164 with +
 * @param secret what its phone proves itself with
 * @param backup the number that rings when the phone does not
 * @param backupOverTrunk whether that number may be reached over the trunk
 */
public record Account(
    String number, String secret, Optional<String> backup, boolean backupOverTrunk) {

  /** A number without a backup. */
  public static Account of(String number) {
    return new Account(number, "secret-of-" + number.substring(1), Optional.empty(), false);
  }

  /** The same with a backup number that is reached over the trunk. */
  public Account backedByTrunk(String other) {
    return new Account(number, secret, Optional.of(other), true);
  }

  /** The same with another account of the switch as its backup. */
  public Account backedBy(String other) {
    return new Account(number, secret, Optional.of(other), false);
  }

  /** The arguments of {@code dns-switch account add}. */
  List<String> arguments() {
    return backup
        .map(
            other ->
                List.of(
                    "--number",
                    number,
                    "--secret",
                    secret,
                    "--backup",
                    other,
                    "--backup-over-trunk",
                    Boolean.toString(backupOverTrunk)))
        .orElseGet(() -> List.of("--number", number, "--secret", secret));
  }

  @Override
  public String toString() {
    return "account " + number;
  }
}
