// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import java.util.Optional;
import java.util.function.Predicate;

/**
 * A user name with its password, which answers challenges and, once it knows a nonce, authenticates
 * requests without being asked. Belongs to one thread.
 */
public final class DigestAccount implements RequestCredentials {
  private final String username;
  private final String password;
  private final SipTokens tokens;
  private final Predicate<DigestChallenge> answered;
  private Optional<DigestChallenge> known = Optional.empty();
  private HeaderName field = HeaderName.AUTHORIZATION;
  private long count;

  /**
   * One that answers whoever asks, and has no nonce yet.
   *
   * @param username who, in any realm that asks
   * @param tokens makes the client's nonces
   */
  public DigestAccount(String username, String password, SipTokens tokens) {
    this(username, password, tokens, challenge -> true);
  }

  /**
   * One that answers some challenges only: an answer lets whoever has chosen the nonce try
   * passwords at leisure, and a challenge of a call may be the called end's own.
   *
   * @param answered which ones; the others are left as if they had not come
   */
  public DigestAccount(
      String username, String password, SipTokens tokens, Predicate<DigestChallenge> answered) {
    this.username = username;
    this.password = password;
    this.tokens = tokens;
    this.answered = answered;
  }

  /** The challenge that it answered last, or has learned. */
  public Optional<DigestChallenge> challenge() {
    return known;
  }

  /** Takes a challenge that came by another way, such as with a registration. */
  public void learn(DigestChallenge challenge) {
    known = Optional.of(challenge);
    field = HeaderName.AUTHORIZATION;
    count = 0;
  }

  @Override
  public Optional<HeaderField> preemptive(SipMethod method, String uri) {
    return known.map(challenge -> prove(challenge, method, uri));
  }

  @Override
  public Optional<HeaderField> answer(SipResponse response, SipMethod method, String uri) {
    boolean proxy = response.status() == 407;
    HeaderName asked = proxy ? HeaderName.PROXY_AUTHENTICATE : HeaderName.WWW_AUTHENTICATE;
    Optional<DigestChallenge> best = Optional.empty();
    for (String value : response.headers(asked)) {
      Optional<DigestChallenge> one = DigestChallenge.parse(value).filter(answered);
      boolean better =
          one.isPresent()
              && (!best.isPresent()
                  || (best.get().algorithm() == DigestAlgorithm.MD5
                      && one.get().algorithm() == DigestAlgorithm.SHA_256));
      best = better ? one : best;
    }
    if (!best.isPresent()) {
      return Optional.empty();
    }
    learn(best.get());
    field = proxy ? HeaderName.PROXY_AUTHORIZATION : HeaderName.AUTHORIZATION;
    return preemptive(method, uri);
  }

  private HeaderField prove(DigestChallenge challenge, SipMethod method, String uri) {
    DigestAlgorithm algorithm = challenge.algorithm();
    String ha1 = Digest.ha1(algorithm, username, challenge.realm(), password);
    boolean qop = challenge.qopAuth();
    count++;
    String cnonce = qop ? tokens.next() : "";
    String nonce = challenge.nonce();
    String response =
        qop
            ? Digest.response(algorithm, ha1, nonce, count, cnonce, method, uri)
            : Digest.withoutQop(algorithm, ha1, nonce, method, uri);
    DigestCredentials credentials =
        new DigestCredentials(
            username,
            challenge.realm(),
            nonce,
            uri,
            response,
            algorithm,
            cnonce,
            qop ? Digest.count(count) : "",
            qop ? "auth" : "",
            challenge.opaque());
    return new HeaderField(field, credentials.header());
  }

  /** The name alone. */
  @Override
  public String toString() {
    return username;
  }
}
