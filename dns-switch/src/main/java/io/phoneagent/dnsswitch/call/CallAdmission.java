// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.call;

import io.phoneagent.PhoneNumber;
import io.phoneagent.dnsswitch.account.Account;
import io.phoneagent.dnsswitch.account.AccountDirectory;
import io.phoneagent.dnsswitch.limit.Allowance;
import io.phoneagent.dnsswitch.registrar.Contact;
import io.phoneagent.dnsswitch.registrar.PhoneDigest;
import io.phoneagent.dnsswitch.registrar.Registrar;
import io.phoneagent.dnsswitch.registry.Binding;
import io.phoneagent.dnsswitch.registry.KeyState;
import io.phoneagent.dnsswitch.registry.Registry;
import io.phoneagent.flow.FlowSource;
import io.phoneagent.sip.Digest;
import io.phoneagent.sip.DigestAlgorithm;
import io.phoneagent.sip.DigestChallenge;
import io.phoneagent.sip.DigestCredentials;
import io.phoneagent.sip.HeaderName;
import io.phoneagent.sip.Rejection;
import io.phoneagent.sip.SipMethod;
import io.phoneagent.sip.SipPeer;
import io.phoneagent.sip.SipRequest;
import io.phoneagent.sip.SipUri;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/**
 * Who may make a call. A UDP source alone grants nothing: a phone's new calls carry digest with the
 * nonce of its registration, and its From is the number of its flow. Strangers may call, slowly.
 */
final class CallAdmission {
  private static final String REALM = "phoneagent";
  private static final Rejection BUSY = Rejection.of(503);

  private final AccountDirectory accounts;
  private final Registry registry;
  private final Registrar registrar;
  private final Nonces nonces = new Nonces();
  // A person redials once in some seconds; this leaves room for a company behind one address.
  private final Allowance<InetAddress> strangersCalls = new Allowance<>(20, 1);
  // Whatever their number, or however many addresses one of them pretends to have: a hundred
  // requests a second, each remembered for half a minute, is a few megabytes.
  private final Allowance<String> allStrangers = new Allowance<>(200, 100);
  // REGISTERs, and calls before they are proven: as many phones as may be behind one address.
  private final Allowance<InetAddress> plainPhones = new Allowance<>(2_000, 1_000);
  // Fast dialling of keys, by INFO, is ten requests a second.
  private final Allowance<Object> everyone = new Allowance<>(100, 20);

  CallAdmission(AccountDirectory accounts, Registry registry, Registrar registrar) {
    this.registrar = registrar;
    this.accounts = accounts;
    this.registry = registry;
  }

  /**
   * Whether a request is to be taken note of. A phone whose flow has just moved speaks from a
   * source that is not proven yet: it is heard as soon as it is. A plain phone is known by what it
   * was challenged with.
   */
  boolean hears(SipRequest request, SipPeer from) {
    return !(from instanceof Peers.Stranger
        && request.method().equals(SipMethod.INVITE)
        && request.header(HeaderName.AUTHORIZATION).isPresent()
        && !PhoneDigest.answersChallenge(request)
        && claimsAnAccount(request));
  }

  private boolean claimsAnAccount(SipRequest request) {
    return account(request).isPresent();
  }

  /** The account's number that a caller says it has; one that was let in has proven it. */
  Optional<PhoneNumber> account(SipRequest request) {
    return Registrar.number(request.from()).filter(n -> accounts.find(n).isPresent());
  }

  private static String claimed(SipRequest request) {
    return request.from().uri() instanceof SipUri sip ? sip.number() : "";
  }

  /** How a request is to be refused; empty to let it in. */
  Optional<Rejection> vet(SipRequest request, SipPeer from, long nowNanos) {
    boolean newCall = request.method().equals(SipMethod.INVITE) && request.toTag().isEmpty();
    if (from instanceof Peers.Phone phone) {
      if (!everyone.take(phone.number(), nowNanos)) {
        return Optional.of(BUSY);
      }
      boolean changing =
          request.method().equals(SipMethod.INVITE) || request.method().equals(SipMethod.REFER);
      return changing ? vetPhone(request, phone.number(), newCall, nowNanos) : Optional.empty();
    }
    boolean transfer = request.method().equals(SipMethod.REFER);
    if (transfer && !(from instanceof Peers.Stranger && claimsAnAccount(request))) {
      return Optional.of(Rejection.of(403)); // somebody would have to pay for it
    }
    return from instanceof Peers.Stranger stranger
        ? vetStranger(request, stranger.source(), newCall || transfer, nowNanos)
        : Optional.empty();
  }

  private Optional<Rejection> vetStranger(
      SipRequest request, FlowSource from, boolean costs, long nowNanos) {
    InetAddress source = from.address().getAddress();
    if (request.method().equals(SipMethod.REGISTER)) {
      return source.isLoopbackAddress() || plainPhones.take(source, nowNanos)
          ? registrar.vet(request, from)
          : Optional.of(BUSY);
    }
    Optional<PhoneNumber> claimed = account(request);
    if (costs && claimed.isPresent()) {
      PhoneDigest.Verdict verdict =
          registrar.digest().judge(request, claimed.get(), from, nowNanos);
      if (verdict instanceof PhoneDigest.Unproven unproven) {
        return Optional.of(plainPhones.take(source, nowNanos) ? unproven.rejection() : BUSY);
      }
      return everyone.take(claimed.get(), nowNanos) ? Optional.empty() : Optional.of(BUSY);
    }
    List<Contact> registered = registrar.contacts().at(from);
    if (!costs && !registered.isEmpty()) {
      return everyone.take(registered.get(0).number(), nowNanos)
          ? Optional.empty()
          : Optional.of(BUSY);
    }
    boolean known = !request.toTag().isEmpty();
    boolean allowed =
        everyone.take(source, nowNanos)
            && (!costs || strangersCalls.take(source, nowNanos))
            && (known || allStrangers.take("", nowNanos));
    return allowed ? Optional.empty() : Optional.of(BUSY);
  }

  private Optional<Rejection> vetPhone(
      SipRequest request, PhoneNumber number, boolean newCall, long nowNanos) {
    if (newCall && !claimed(request).equals(number.e164())) {
      return Optional.of(Rejection.of(403));
    }
    Optional<Account> account = accounts.find(number);
    Optional<Binding> binding = registry.find(number);
    if (account.isEmpty() || binding.isEmpty()) {
      return Optional.of(Rejection.of(403));
    }
    Optional<String> given = request.header(HeaderName.AUTHORIZATION);
    boolean transfer = request.method().equals(SipMethod.REFER); // a call, too
    if (!newCall && !transfer && given.isEmpty()) {
      return Optional.empty(); // within its own dialog, which is heard from its own flow only
    }
    Optional<DigestCredentials> proven =
        given
            .flatMap(DigestCredentials::parse)
            .filter(c -> proves(c, request, number, account.get()));
    if (proven
        .filter(c -> isGood(c.nonce(), number, binding.get(), nowNanos))
        .filter(c -> nonces.use(number, c.nonce(), c.nonceCount()))
        .isPresent()) {
      return Optional.empty();
    }
    DigestChallenge challenge =
        DigestChallenge.of(REALM, nonces.make(number, nowNanos), DigestAlgorithm.SHA_256);
    return Optional.of(Rejection.challenge(proven.isPresent() ? challenge.asStale() : challenge));
  }

  private static boolean proves(
      DigestCredentials credentials, SipRequest request, PhoneNumber number, Account account) {
    return credentials.algorithm() == DigestAlgorithm.SHA_256
        && credentials.username().equals(number.e164())
        && credentials.realm().equals(REALM)
        && credentials.qop().equals("auth")
        && credentials.uri().equals(request.uriText())
        && Digest.verify(credentials, account.ha1(), request.method());
  }

  private boolean isGood(String nonce, PhoneNumber number, Binding binding, long nowNanos) {
    return nonce.equals(binding.current().key().nonce())
        || binding.previous().map(KeyState::key).filter(k -> k.nonce().equals(nonce)).isPresent()
        || nonces.isFresh(number, nonce, nowNanos);
  }
}
