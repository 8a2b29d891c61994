// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.account;

import io.phoneagent.InvalidSettingException;
import io.phoneagent.MacAddress;
import io.phoneagent.PhoneNumber;
import io.phoneagent.protocol.BasicAuthorization;
import io.phoneagent.sip.DigestAlgorithm;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * A number this switch serves.
 *
 * @param number the number
 * @param mac the only device that may hold it; if empty, the first one that registers
 * @param backup where its calls go when it cannot be reached, unless the phone names another
 * @param backupOverTrunk whether that may cost money: the backup is reached over the trunk
 * @param ha1 what is kept of the secret: SHA-256 of {@code number:phoneagent:secret} in lower-case
 *     hexadecimal (H(A1) of RFC 7616, section 3.4.2)
 * @param plain what plain SIP phones may prove the secret with beside it
 */
public record Account(
    PhoneNumber number,
    Optional<MacAddress> mac,
    Optional<PhoneNumber> backup,
    boolean backupOverTrunk,
    String ha1,
    PlainDigests plain) {
  // Each registration needs one.
  private static final ThreadLocal<MessageDigest> SHA256 =
      ThreadLocal.withInitial(Account::newSha256);

  /** Checks the digest's form. */
  public Account {
    if (!ha1.matches("[0-9a-f]{64}")) {
      throw new InvalidSettingException("ha1", "must be 64 lower-case hexadecimal digits");
    }
  }

  /** An account whose plain phones have SHA-256 for the number with its plus, and nothing else. */
  public Account(
      PhoneNumber number,
      Optional<MacAddress> mac,
      Optional<PhoneNumber> backup,
      boolean backupOverTrunk,
      String ha1) {
    this(number, mac, backup, backupOverTrunk, ha1, PlainDigests.NONE);
  }

  /**
   * What a plain phone of that user name proves its secret with.
   *
   * @param user the number, with its plus or without
   */
  public Optional<String> ha1(String user, DigestAlgorithm algorithm) {
    boolean plus = user.equals(number.e164());
    if (!plain.offers(algorithm) || !(plus || user.equals(number.e164().substring(1)))) {
      return Optional.empty();
    }
    if (algorithm == DigestAlgorithm.MD5) {
      return plus ? plain.md5() : plain.bareMd5();
    }
    return plus ? Optional.of(ha1) : plain.bare();
  }

  /** What is kept of a secret. */
  public static String ha1(PhoneNumber number, String secret) {
    return HexFormat.of().formatHex(digest(number, secret));
  }

  private static byte[] digest(PhoneNumber number, String secret) {
    String text = number.e164() + ":" + BasicAuthorization.REALM + ":" + secret;
    return SHA256.get().digest(text.getBytes(StandardCharsets.UTF_8));
  }

  private static MessageDigest newSha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Whether the secret is this account's; takes the same time whatever the secret is. */
  boolean accepts(String secret) {
    return MessageDigest.isEqual(HexFormat.of().parseHex(ha1), digest(number, secret));
  }

  /** The number only. */
  @Override
  public String toString() {
    return "Account[" + number + "]";
  }
}
