// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import io.phoneagent.Line;
import io.phoneagent.sip.DigestAccount;
import io.phoneagent.sip.DigestAlgorithm;
import io.phoneagent.sip.DigestChallenge;
import io.phoneagent.sip.HeaderField;
import io.phoneagent.sip.HeaderName;
import io.phoneagent.sip.RequestCredentials;
import io.phoneagent.sip.SipMethod;
import io.phoneagent.sip.SipResponse;
import io.phoneagent.sip.SipTokens;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Proves to a registrar's servers that a call is the line's. What challenges a call may be the
 * called end, whose challenge a proxy passes on (RFC 3261, section 22.3), and an answer lets it try
 * passwords at leisure: so only those are answered that are for the realm in which the registrar
 * has accepted the line, or that the vendor has named, and by no weaker hash. On the loop.
 */
final class CallCredentials implements RequestCredentials {
  private static final int LONGEST_TOLD = 64;

  private final AgentParts parts;
  private final Line line;
  private final Supplier<Optional<DigestChallenge>> registrars;
  private final DigestAccount account;

  /**
   * For one line.
   *
   * @param registrars what the registrar that the line is with has challenged it with, and then
   *     accepted; empty if it wants no password
   */
  CallCredentials(
      AgentParts parts,
      Line line,
      SipTokens tokens,
      Supplier<Optional<DigestChallenge>> registrars) {
    this.parts = parts;
    this.line = line;
    this.registrars = registrars;
    this.account =
        new DigestAccount(
            line.authenticationName(), line.secret(), tokens, c -> whyNot(c).isEmpty());
  }

  /** Why a challenge is not answered; "" if it is. */
  private String whyNot(DigestChallenge challenge) {
    Optional<DigestChallenge> own = registrars.get();
    boolean registrarsRealm = own.filter(o -> o.realm().equals(challenge.realm())).isPresent();
    if (!registrarsRealm && !line.realm().filter(challenge.realm()::equals).isPresent()) {
      return "the registrar's own is "
          + own.map(o -> "'" + told(o.realm()) + "'").orElse("not known, as it asks for none")
          + "; if that realm is the registrar's too, name it by Line.realm";
    }
    if (challenge.algorithm() == DigestAlgorithm.MD5
        && own.filter(o -> o.algorithm() != DigestAlgorithm.MD5).isPresent()) {
      return "it is to be hashed by MD5, and the registrar itself takes "
          + own.get().algorithm().text()
          + "; set that for calls there, too";
    }
    return "";
  }

  private static String told(String realm) {
    String plain = SwitchRegistrar.plain(realm);
    return plain.length() <= LONGEST_TOLD ? plain : plain.substring(0, LONGEST_TOLD) + "...";
  }

  @Override
  public Optional<HeaderField> preemptive(SipMethod method, String uri) {
    return account.challenge().filter(c -> whyNot(c).isEmpty()).isPresent()
        ? account.preemptive(method, uri)
        : Optional.empty();
  }

  @Override
  public Optional<HeaderField> answer(SipResponse response, SipMethod method, String uri) {
    Optional<HeaderField> proof = account.answer(response, method, uri);
    if (!proof.isPresent()) {
      HeaderName asked =
          response.status() == 407 ? HeaderName.PROXY_AUTHENTICATE : HeaderName.WWW_AUTHENTICATE;
      for (String value : response.headers(asked)) {
        DigestChallenge.parse(value).ifPresent(this::tell);
      }
    }
    return proof;
  }

  private void tell(DigestChallenge refused) {
    parts.disrupted(
        "password",
        "a call of "
            + line.name()
            + " was asked for the password in the realm '"
            + told(refused.realm())
            + "', which is not answered: "
            + whyNot(refused),
        Optional.empty());
  }
}
