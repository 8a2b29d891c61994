// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.registrar;

import io.phoneagent.PhoneNumber;
import io.phoneagent.dnsswitch.account.Account;
import io.phoneagent.dnsswitch.account.AccountDirectory;
import io.phoneagent.dnsswitch.account.PlainDigests;
import io.phoneagent.dnsswitch.limit.Allowance;
import io.phoneagent.dnsswitch.limit.SourceNetwork;
import io.phoneagent.flow.FlowSource;
import io.phoneagent.protocol.BasicAuthorization;
import io.phoneagent.sip.Digest;
import io.phoneagent.sip.DigestAlgorithm;
import io.phoneagent.sip.DigestChallenge;
import io.phoneagent.sip.DigestCredentials;
import io.phoneagent.sip.HeaderField;
import io.phoneagent.sip.HeaderName;
import io.phoneagent.sip.Rejection;
import io.phoneagent.sip.SipRequest;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a plain phone knows the secret of the number it says it has (RFC 3261, section 22; RFC
 * 8760). A nonce serves only the address it was given to: whoever forges one never gets as far as
 * to have a secret looked at, so nobody can use up another one's attempts. Owned by the loop.
 */
public final class PhoneDigest {
  private static final Logger LOG = LoggerFactory.getLogger(PhoneDigest.class);
  // As for the secret of a registration over HTTPS: a mistyped one, tried by a person.
  private static final int WRONG_AT_ONCE = 10;
  private static final double WRONG_PER_SECOND = WRONG_AT_ONCE / 60.0;
  private static final Duration LONGEST_ROUND_TRIP = Duration.ofSeconds(2);
  private static final String NOBODYS = "0".repeat(64);

  private final AccountDirectory accounts;
  private final DigestNonces nonces = new DigestNonces();
  private final Allowance<NumberFrom> wrong = new Allowance<>(WRONG_AT_ONCE, WRONG_PER_SECOND);

  private final OfferedDigests<NumberFrom> offered = new OfferedDigests<>();

  private record NumberFrom(PhoneNumber number, Object network) {}

  /** What is to be thought of a request. */
  public sealed interface Verdict {}

  /**
   * Its sender knows the secret and is where the request came from.
   *
   * @param roundTrip from the challenge to its answer; empty if the nonce was used before
   */
  public record Proven(Optional<Duration> roundTrip) implements Verdict {}

  /** It is to be refused so. */
  public record Unproven(Rejection rejection) implements Verdict {}

  /** Asks for the secrets of these accounts. */
  public PhoneDigest(AccountDirectory accounts) {
    this.accounts = accounts;
  }

  /** Whether a request answers a challenge of this switch to a plain phone, whoever sends it. */
  public static boolean answersChallenge(SipRequest request) {
    return credentials(request).filter(c -> DigestNonces.hasForm(c.nonce())).isPresent();
  }

  private static Optional<DigestCredentials> credentials(SipRequest request) {
    for (String value : request.headers(HeaderName.AUTHORIZATION)) {
      Optional<DigestCredentials> read = DigestCredentials.parse(value);
      if (read.filter(c -> c.realm().equals(BasicAuthorization.REALM)).isPresent()) {
        return read;
      }
    }
    return Optional.empty();
  }

  /** Judges a request in the name of a number. A proof counts once. */
  public Verdict judge(SipRequest request, PhoneNumber number, FlowSource from, long nowNanos) {
    return judge(request, number, accounts.find(number), from, nowNanos);
  }

  /** The same, of a number whose account has been looked for. */
  Verdict judge(
      SipRequest request,
      PhoneNumber number,
      Optional<Account> account,
      FlowSource from,
      long nowNanos) {
    InetAddress address = from.address().getAddress();
    Optional<DigestCredentials> given = credentials(request);
    if (given.isEmpty()) {
      return challenge(number, account, request, from, nowNanos, false);
    }
    DigestCredentials credentials = given.get();
    OptionalLong stamp = nonces.stamp(credentials.nonce(), number, address.getAddress(), nowNanos);
    if (stamp.isEmpty()) {
      return challenge(number, account, request, from, nowNanos, true);
    }
    NumberFrom guesser = phone(number, from);
    if (!wrong.has(guesser, nowNanos)) {
      return new Unproven(
          new Rejection(403, List.of(new HeaderField(HeaderName.RETRY_AFTER, "60"))));
    }
    Optional<String> ha1 =
        account.flatMap(a -> a.ha1(credentials.username(), credentials.algorithm()));
    boolean proves = Digest.verify(credentials, ha1.orElse(NOBODYS), request.method());
    if (account.isEmpty()
        || ha1.isEmpty()
        || !proves
        || !credentials.uri().equals(request.uriText())) {
      wrong.take(guesser, nowNanos);
      if (ha1.isPresent()) {
        LOG.info("wrong secret for {} from {}", number, address.getHostAddress());
      }
      return challenge(number, account, request, from, nowNanos, false);
    }
    // Who knows no qop counts nothing, and so has each nonce once.
    long count = Math.max(1, credentials.nonceCount());
    // The account's own number: what is kept of it is in memory already.
    if (!nonces.use(account.get().number(), stamp.getAsLong(), count)) {
      return challenge(number, account, request, from, nowNanos, true);
    }
    offered.proven(guesser, credentials.algorithm(), order(request), nowNanos);
    Duration since = Duration.ofNanos(nowNanos - stamp.getAsLong() * 1_000);
    return new Proven(
        Optional.of(since)
            .filter(s -> count == 1 && !s.isNegative() && s.compareTo(LONGEST_ROUND_TRIP) < 0));
  }

  private static NumberFrom phone(PhoneNumber number, FlowSource from) {
    return new NumberFrom(number, SourceNetwork.of(from.address().getAddress()));
  }

  private static Contact.Order order(SipRequest request) {
    return new Contact.Order(request.callId(), request.cseq().number());
  }

  private Unproven challenge(
      PhoneNumber number,
      Optional<Account> account,
      SipRequest request,
      FlowSource from,
      long nowNanos,
      boolean stale) {
    InetAddress address = from.address().getAddress();
    PlainDigests plain = account.map(Account::plain).orElse(PlainDigests.NONE);
    boolean md5Alone =
        plain.offers(DigestAlgorithm.MD5)
            && offered.md5Alone(phone(number, from), order(request), nowNanos);
    String nonce = nonces.make(number, address.getAddress(), nowNanos);
    List<HeaderField> fields = new ArrayList<>(2);
    for (DigestAlgorithm one : List.of(DigestAlgorithm.SHA_256, DigestAlgorithm.MD5)) {
      if (plain.offers(one) && (one == DigestAlgorithm.MD5 || !md5Alone)) {
        DigestChallenge made = DigestChallenge.of(BasicAuthorization.REALM, nonce, one);
        fields.add(
            new HeaderField(HeaderName.WWW_AUTHENTICATE, (stale ? made.asStale() : made).header()));
      }
    }
    return new Unproven(new Rejection(401, fields));
  }
}
