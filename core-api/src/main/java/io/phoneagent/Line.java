// SPDX-License-Identifier: Apache-2.0
package io.phoneagent;

import java.util.Objects;
import java.util.Optional;

/**
 * One telephone number of a device, as the vendor configures it. Immutable; each method gives a
 * changed copy. The secret appears in no text made of it.
 */
public final class Line {
  // As the switch takes them.
  private static final int MAX_SECRET = 256;

  private final PhoneNumber number;
  private final String secret;
  private final Optional<PhoneNumber> backup;

  private Line(PhoneNumber number, String secret, Optional<PhoneNumber> backup) {
    this.number = number;
    this.secret = secret;
    this.backup = backup;
  }

  /**
   * A line with this number and no secret yet.
   *
   * @param e164 the number with plus sign, such as {@code +15551230001}
   * @throws InvalidSettingException if it is not E.164
   */
  public static Line number(String e164) {
    return new Line(PhoneNumber.of(Objects.requireNonNull(e164, "number")), "", Optional.empty());
  }

  /**
   * The same with the secret it shares with the DNS switch.
   *
   * @throws InvalidSettingException if it is empty, longer than 256 characters, or has control
   *     characters
   */
  public Line secret(String newSecret) {
    Objects.requireNonNull(newSecret, "secret");
    if (newSecret.isEmpty()
        || newSecret.length() > MAX_SECRET
        || newSecret.chars().anyMatch(Character::isISOControl)) {
      throw new InvalidSettingException(
          "secret",
          "line "
              + number
              + " needs one of 1 to "
              + MAX_SECRET
              + " characters without control characters; give the one its account has");
    }
    return new Line(number, newSecret, backup);
  }

  /**
   * The same with a backup number, which rings whenever this phone cannot be reached.
   *
   * @throws InvalidSettingException if it is not E.164 or is the line's own number
   */
  public Line backup(String e164) {
    PhoneNumber backupNumber = PhoneNumber.of(Objects.requireNonNull(e164, "backup"));
    if (backupNumber.equals(number)) {
      throw new InvalidSettingException(
          "backup", backupNumber + " is the line's own number; give another one, or none");
    }
    return new Line(number, secret, Optional.of(backupNumber));
  }

  /** The number. */
  public PhoneNumber number() {
    return number;
  }

  /** The secret; keep it out of logs. */
  public String secret() {
    return secret;
  }

  /** The backup number. */
  public Optional<PhoneNumber> backup() {
    return backup;
  }

  /** Number and backup, never the secret. */
  @Override
  public String toString() {
    return "Line[" + number + backup.map(b -> ", backup " + b).orElse("") + "]";
  }
}
