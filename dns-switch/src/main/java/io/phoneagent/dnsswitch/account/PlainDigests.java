// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.account;

import io.phoneagent.InvalidSettingException;
import io.phoneagent.PhoneNumber;
import io.phoneagent.protocol.BasicAuthorization;
import io.phoneagent.sip.Digest;
import io.phoneagent.sip.DigestAlgorithm;
import java.util.List;
import java.util.Optional;

/**
 * What is kept of a secret beside {@link Account#ha1} so that plain SIP phones can prove it, each
 * H(A1) of RFC 7616, section 3.4.2, in lower-case hexadecimal. A phone may be set to the number
 * with its plus or without.
 *
 * @param offered which algorithms its phones are asked for
 * @param bare SHA-256 for the number without plus
 * @param md5 MD5 for the number with plus
 * @param bareMd5 MD5 for the number without
 */
public record PlainDigests(
    Offered offered, Optional<String> bare, Optional<String> md5, Optional<String> bareMd5) {

  /** None: the account is from before there were plain phones, or has no secret. */
  public static final PlainDigests NONE =
      new PlainDigests(Offered.SHA_256, Optional.empty(), Optional.empty(), Optional.empty());

  /** The algorithms of a challenge. */
  public enum Offered {
    /** SHA-256 first, and MD5 for phones that know nothing better (RFC 8760, section 2.4). */
    BOTH("both"),
    /** SHA-256 alone; no MD5 is kept. */
    SHA_256("sha-256"),
    /** MD5 alone, for phones that give up where they read of anything else. */
    MD5("md5");

    private final String text;

    Offered(String text) {
      this.text = text;
    }

    /** Which they are, the best first. */
    public List<DigestAlgorithm> algorithms() {
      return switch (this) {
        case BOTH -> List.of(DigestAlgorithm.SHA_256, DigestAlgorithm.MD5);
        case SHA_256 -> List.of(DigestAlgorithm.SHA_256);
        case MD5 -> List.of(DigestAlgorithm.MD5);
      };
    }

    /** As in the accounts file. */
    public String text() {
      return text;
    }

    /**
     * The one of this name.
     *
     * @param setting what is set by it, for people
     * @throws InvalidSettingException if there is none
     */
    public static Offered of(String setting, String text) {
      for (Offered one : values()) {
        if (one.text.equals(text)) {
          return one;
        }
      }
      throw new InvalidSettingException(setting, "'" + text + "' is none of both, sha-256 and md5");
    }
  }

  /** Checks the digests' form. */
  public PlainDigests {
    check("ha1Bare", bare, 64);
    check("ha1Md5", md5, 32);
    check("ha1BareMd5", bareMd5, 32);
  }

  private static void check(String name, Optional<String> digest, int digits) {
    if (digest.filter(d -> !d.matches("[0-9a-f]{" + digits + "}")).isPresent()) {
      throw new InvalidSettingException(
          name, "must be " + digits + " lower-case hexadecimal digits");
    }
  }

  /** What is kept of a secret. */
  public static PlainDigests of(PhoneNumber number, String secret, Offered offered) {
    String plus = number.e164();
    String without = plus.substring(1);
    boolean md5 = offered != Offered.SHA_256;
    return new PlainDigests(
        offered,
        Optional.of(ha1(DigestAlgorithm.SHA_256, without, secret)),
        md5 ? Optional.of(ha1(DigestAlgorithm.MD5, plus, secret)) : Optional.empty(),
        md5 ? Optional.of(ha1(DigestAlgorithm.MD5, without, secret)) : Optional.empty());
  }

  private static String ha1(DigestAlgorithm algorithm, String user, String secret) {
    return Digest.ha1(algorithm, user, BasicAuthorization.REALM, secret);
  }

  /** Whether a challenge names the algorithm. */
  public boolean offers(DigestAlgorithm algorithm) {
    return algorithm == DigestAlgorithm.MD5
        ? offered != Offered.SHA_256 && md5.isPresent()
        : offered != Offered.MD5 || md5.isEmpty();
  }

  /** None of the digests. */
  @Override
  public String toString() {
    return "PlainDigests[" + offered.text + "]";
  }
}
