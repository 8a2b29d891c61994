// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.call;

import io.phoneagent.sip.Digest;
import io.phoneagent.sip.DigestAccount;
import io.phoneagent.sip.DigestAlgorithm;
import io.phoneagent.sip.DigestChallenge;
import io.phoneagent.sip.DigestCredentials;
import io.phoneagent.sip.HeaderField;
import io.phoneagent.sip.HeaderName;
import io.phoneagent.sip.Rejection;
import io.phoneagent.sip.RequestCredentials;
import io.phoneagent.sip.SipRequest;
import io.phoneagent.sip.SipTokens;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How switch and trunk prove themselves to each other. The address of a datagram can be forged, so
 * a trunk that is asked rings nobody and takes no port before it has read a nonce where it says it
 * is, and proven its secret. Owned by the loop.
 */
final class TrunkDigest {
  private static final String NAME = "trunk";

  private final TrunkAccount account;
  private final RequestCredentials credentials;
  private final Map<DigestAlgorithm, String> ha1 = new EnumMap<>(DigestAlgorithm.class);
  private final Nonces nonces = new Nonces();

  TrunkDigest(TrunkAccount account) {
    this.account = account;
    this.credentials =
        new DigestAccount(account.user(), account.secret(), SipTokens.from(new SecureRandom()));
    for (DigestAlgorithm one : DigestAlgorithm.values()) {
      ha1.put(one, Digest.ha1(one, account.user(), CallAdmission.REALM, account.secret()));
    }
  }

  /** What the switch proves its own requests with. */
  RequestCredentials credentials() {
    return credentials;
  }

  boolean isAsked() {
    return !account.asked().isEmpty();
  }

  /** How a call that comes from the trunk's address is refused until it is proven. */
  Optional<Rejection> vet(SipRequest invite, long nowNanos) {
    if (!isAsked()) {
      return Optional.empty();
    }
    Optional<DigestCredentials> good = proof(invite);
    if (good.filter(c -> nonces.isFresh(NAME, c.nonce(), nowNanos))
        .filter(c -> nonces.use(NAME, c.nonce(), Math.max(1, c.nonceCount())))
        .isPresent()) {
      return Optional.empty();
    }
    return Optional.of(challenge(good.isPresent(), nowNanos));
  }

  private Optional<DigestCredentials> proof(SipRequest invite) {
    for (String value : invite.headers(HeaderName.AUTHORIZATION)) {
      Optional<DigestCredentials> good =
          DigestCredentials.parse(value)
              .filter(c -> c.realm().equals(CallAdmission.REALM))
              .filter(c -> c.username().equals(account.user()))
              .filter(c -> account.asked().contains(c.algorithm()))
              .filter(c -> c.uri().equals(invite.uriText()))
              .filter(c -> Digest.verify(c, ha1(c.algorithm()), invite.method()));
      if (good.isPresent()) {
        return good;
      }
    }
    return Optional.empty();
  }

  private String ha1(DigestAlgorithm algorithm) {
    return Optional.ofNullable(ha1.get(algorithm)).orElseThrow(IllegalStateException::new);
  }

  private Rejection challenge(boolean stale, long nowNanos) {
    String nonce = nonces.make(NAME, nowNanos);
    List<HeaderField> fields = new ArrayList<>();
    for (DigestAlgorithm one : account.asked()) {
      DigestChallenge made = DigestChallenge.of(CallAdmission.REALM, nonce, one);
      fields.add(
          new HeaderField(HeaderName.WWW_AUTHENTICATE, (stale ? made.asStale() : made).header()));
    }
    return new Rejection(401, fields);
  }
}
