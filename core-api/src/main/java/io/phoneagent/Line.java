// SPDX-License-Identifier: Apache-2.0
package io.phoneagent;

import io.phoneagent.spi.LineDevice;
import java.util.Objects;
import java.util.Optional;

/**
 * One line of a device, known by its telephone number or, at a SIP registrar, by its user name, as
 * the vendor configures it. Immutable; each method gives a changed copy. The secret appears in no
 * text made of it.
 */
public final class Line {
  // As the switch takes them.
  private static final int MAX_SECRET = 256;
  private static final int MAX_NAME = 128;

  private final LineName name;
  private final String secret;
  private final Optional<PhoneNumber> backup;
  private final Optional<String> user;
  private final Optional<String> authenticationName;
  private final Optional<String> realm;
  private final Optional<LineDevice> device;

  private Line(
      LineName name,
      String secret,
      Optional<PhoneNumber> backup,
      Optional<String> user,
      Optional<String> authenticationName,
      Optional<String> realm,
      Optional<LineDevice> device) {
    this.name = name;
    this.secret = secret;
    this.backup = backup;
    this.user = user;
    this.authenticationName = authenticationName;
    this.realm = realm;
    this.device = device;
  }

  /**
   * A line with this number and no secret yet.
   *
   * @param e164 the number with plus sign, such as {@code +15551230001}
   * @throws InvalidSettingException if it is not E.164
   */
  public static Line number(String e164) {
    return new Line(
        PhoneNumber.of(Objects.requireNonNull(e164, "number")),
        "",
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /**
   * A line without a number, which a SIP registrar knows by a user name: an extension of a PBX,
   * say. Its address of record is that user in the registrar's domain (RFC 3261, section 10). It
   * has no secret yet.
   *
   * @param user such as {@code 1001} or {@code anna}
   * @throws InvalidSettingException if it is no {@link UserName}, or a number in E.164, for which
   *     there is {@link #number(String)}
   */
  public static Line extension(String user) {
    if (PhoneNumber.isE164(Objects.requireNonNull(user, "user"))) {
      throw new InvalidSettingException(
          "user", user + " is a number; make the line with Line.number");
    }
    return new Line(
        new UserName(user),
        "",
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /**
   * The same with the secret it shares with the DNS switch; towards a SIP registrar, its password.
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
              + name
              + " needs one of 1 to "
              + MAX_SECRET
              + " characters without control characters; give the one its account has");
    }
    return new Line(name, newSecret, backup, user, authenticationName, realm, device);
  }

  /**
   * The same with a backup number, which rings whenever this phone cannot be reached. It is the DNS
   * switch that calls it: an agent with a SIP registrar takes no line with one.
   *
   * @throws InvalidSettingException if it is not E.164 or is the line's own number
   */
  public Line backup(String e164) {
    PhoneNumber backupNumber = PhoneNumber.of(Objects.requireNonNull(e164, "backup"));
    if (backupNumber.equals(name)) {
      throw new InvalidSettingException(
          "backup", backupNumber + " is the line's own number; give another one, or none");
    }
    return new Line(
        name, secret, Optional.of(backupNumber), user, authenticationName, realm, device);
  }

  /**
   * The same with the user name that a SIP registrar knows it by, where that is not the number: the
   * part before the @ of its address. A DNS switch knows lines by their numbers alone.
   *
   * @throws InvalidSettingException if it is empty, longer than 128 characters, or has characters
   *     other than letters, digits and {@code -_.!~*'()&=+$,;?/}
   */
  public Line user(String user) {
    return new Line(
        name, secret, backup, Optional.of(named(user)), authenticationName, realm, device);
  }

  /**
   * The same with the name that it authenticates with to a SIP registrar, where that is not its
   * user name.
   *
   * @throws InvalidSettingException if it is empty, longer than 128 characters, or has control
   *     characters
   */
  public Line authenticationName(String known) {
    Objects.requireNonNull(known, "authentication name");
    if (known.isEmpty()
        || known.length() > MAX_NAME
        || known.chars().anyMatch(Character::isISOControl)) {
      throw new InvalidSettingException(
          "authentication name",
          "line " + name + " needs one of 1 to " + MAX_NAME + " characters, or none");
    }
    return new Line(name, secret, backup, user, Optional.of(known), realm, device);
  }

  /**
   * The same with a realm in which it proves its password for calls, besides the one in which the
   * SIP registrar has accepted it: where a proxy of the registrar's challenges calls in another one
   * (RFC 3261, section 22). Other realms are not answered, as a challenge may be made by whoever is
   * called, who could then try passwords at leisure.
   *
   * @throws InvalidSettingException if it is empty, longer than 128 characters, or has control
   *     characters
   */
  public Line realm(String asking) {
    Objects.requireNonNull(asking, "realm");
    if (asking.isEmpty()
        || asking.length() > MAX_NAME
        || asking.chars().anyMatch(Character::isISOControl)) {
      throw new InvalidSettingException(
          "realm", "line " + name + " needs one of 1 to " + MAX_NAME + " characters, or none");
    }
    return new Line(name, secret, backup, user, authenticationName, Optional.of(asking), device);
  }

  /**
   * The same with a device that takes the line's calls by itself, such as a plain telephone. Its
   * calls do not pass through {@link PhoneLine} and {@link CallHandler}. Only a DNS switch knows
   * such lines.
   */
  public Line device(LineDevice taking) {
    Objects.requireNonNull(taking, "device");
    return new Line(name, secret, backup, user, authenticationName, realm, Optional.of(taking));
  }

  private String named(String user) {
    if (!UserName.isUserName(Objects.requireNonNull(user, "user"))) {
      throw new InvalidSettingException(
          "user", "line " + name + " needs one like 1001 or anna, without @ and host");
    }
    return user;
  }

  /** Its number, or where it was made with {@link #extension} its user name. */
  public LineName name() {
    return name;
  }

  /**
   * Its number.
   *
   * @throws InvalidSettingException if it was made with {@link #extension} and has none
   */
  public PhoneNumber number() {
    if (name instanceof PhoneNumber number) {
      return number;
    }
    throw new InvalidSettingException(
        "line",
        name + " has no number, and a DNS switch knows numbers only; give it one by Line.number");
  }

  /** The secret; keep it out of logs. */
  public String secret() {
    return secret;
  }

  /** The backup number. */
  public Optional<PhoneNumber> backup() {
    return backup;
  }

  /** What a SIP registrar knows it by; the number where nothing else was given. */
  public String user() {
    return user.orElse(name.text());
  }

  /** What it authenticates with to a SIP registrar; its user name where nothing else was given. */
  public String authenticationName() {
    return authenticationName.orElse(user());
  }

  /** In which realm it proves its password for calls, besides the registrar's own. */
  public Optional<String> realm() {
    return realm;
  }

  /** What takes its calls by itself; empty where the API does. */
  public Optional<LineDevice> device() {
    return device;
  }

  /** Number and backup, never the secret. */
  @Override
  public String toString() {
    return "Line[" + name + backup.map(b -> ", backup " + b).orElse("") + "]";
  }
}
