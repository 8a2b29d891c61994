// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.call;

import io.phoneagent.PhoneNumber;
import io.phoneagent.dnsswitch.account.Account;
import io.phoneagent.dnsswitch.account.AccountDirectory;
import io.phoneagent.dnsswitch.limit.Allowance;
import io.phoneagent.dnsswitch.limit.SourceNetwork;
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
  static final String REALM = "phoneagent";
  private static final Rejection BUSY = Rejection.of(503);
  // Fast dialling of keys, by INFO, is ten requests a second.
  private static final int MOST_AT_ONCE = 100;
  private static final double PER_SECOND = 20;

  private final AccountDirectory accounts;
  private final Registry registry;
  private final Registrar registrar;
  private final Optional<TrunkDigest> trunk;
  private final Nonces nonces = new Nonces();
  // A person redials once in some seconds; this leaves room for a company behind one address.
  private final Allowance<Object> strangersCalls = new Allowance<>(20, 1);
  // Whatever their number, or however many addresses one of them pretends to have: a hundred
  // requests a second, each remembered for half a minute, is a few megabytes.
  private final Allowance<String> allStrangers = new Allowance<>(200, 100);
  // REGISTERs, and calls before they are proven: as many phones as may be behind one address.
  private final Allowance<Object> challenged = new Allowance<>(2_000, 1_000);
  // Whoever forges a phone's address uses up what is unproven there; what a forger cannot say has
  // room of its own: what is proven by digest, and what names a dialog by our tag.
  private final Allowance<Object> unproven = new Allowance<>(MOST_AT_ONCE, PER_SECOND);
  private final Allowance<PhoneNumber> proven = new Allowance<>(MOST_AT_ONCE, PER_SECOND);
  private final Allowance<Object> withinDialogs = new Allowance<>(MOST_AT_ONCE, PER_SECOND);

  /**
   * Of those accounts.
   *
   * @param trunk how the trunk proves its calls, if it has a secret
   */
  CallAdmission(
      AccountDirectory accounts,
      Registry registry,
      Registrar registrar,
      Optional<TrunkDigest> trunk) {
    this.trunk = trunk;
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

  /**
   * How a request is to be refused; empty to let it in.
   *
   * @param inDialog whether it names one of our dialogs
   */
  Optional<Rejection> vet(SipRequest request, SipPeer from, boolean inDialog, long nowNanos) {
    boolean newCall = request.method().equals(SipMethod.INVITE) && request.toTag().isEmpty();
    boolean transfer = request.method().equals(SipMethod.REFER);
    if (from instanceof Peers.Phone phone) {
      return vetPhone(request, phone.number(), inDialog, newCall || transfer, nowNanos);
    }
    if (transfer && !(from instanceof Peers.Stranger && claimsAnAccount(request))) {
      return Optional.of(Rejection.of(403)); // somebody would have to pay for it
    }
    if (from instanceof Peers.Trunk) {
      return newCall ? trunk.flatMap(t -> t.vet(request, nowNanos)) : Optional.empty();
    }
    return from instanceof Peers.Stranger stranger
        ? vetStranger(request, stranger.source(), inDialog, newCall || transfer, nowNanos)
        : Optional.empty();
  }

  private static Optional<Rejection> unlessBusy(boolean allowed) {
    return allowed ? Optional.empty() : Optional.of(BUSY);
  }

  private Optional<Rejection> vetStranger(
      SipRequest request, FlowSource from, boolean inDialog, boolean costs, long nowNanos) {
    InetAddress address = from.address().getAddress();
    Object source = SourceNetwork.of(address);
    if (request.method().equals(SipMethod.REGISTER)) {
      return address.isLoopbackAddress() || challenged.take(source, nowNanos)
          ? registrar.vet(request, from)
          : Optional.of(BUSY);
    }
    Optional<PhoneNumber> claimed = account(request);
    if (costs && claimed.isPresent()) {
      PhoneDigest.Verdict verdict =
          registrar.digest().judge(request, claimed.get(), from, nowNanos);
      if (verdict instanceof PhoneDigest.Unproven refused) {
        return Optional.of(challenged.take(source, nowNanos) ? refused.rejection() : BUSY);
      }
      return unlessBusy(proven.take(claimed.get(), nowNanos));
    }
    List<Contact> registered = registrar.contacts().at(from);
    Object who = registered.isEmpty() ? source : registered.get(0).number();
    if (inDialog) {
      return unlessBusy(withinDialogs.take(who, nowNanos));
    }
    if (!costs && !registered.isEmpty()) {
      return unlessBusy(unproven.take(who, nowNanos));
    }
    boolean known = !request.toTag().isEmpty();
    return unlessBusy(
        unproven.take(source, nowNanos)
            && (!costs || strangersCalls.take(source, nowNanos))
            && (known || allStrangers.take("", nowNanos)));
  }

  private Optional<Rejection> vetPhone(
      SipRequest request, PhoneNumber number, boolean inDialog, boolean costs, long nowNanos) {
    if (inDialog && !withinDialogs.take(number, nowNanos)) {
      return Optional.of(BUSY);
    }
    boolean changes = costs || request.method().equals(SipMethod.INVITE);
    Optional<Rejection> refused =
        changes ? prove(request, number, costs, nowNanos) : Optional.empty();
    boolean allowed =
        inDialog
            || (!costs
                ? unproven.take(number, nowNanos)
                : refused.isEmpty()
                    ? proven.take(number, nowNanos)
                    : challenged.take(number, nowNanos));
    return allowed ? refused : Optional.of(BUSY);
  }

  /** How a request that is to be proven is refused; within its dialog, it need not be. */
  private Optional<Rejection> prove(
      SipRequest request, PhoneNumber number, boolean costs, long nowNanos) {
    boolean newCall = request.toTag().isEmpty();
    if (newCall && !claimed(request).equals(number.e164())) {
      return Optional.of(Rejection.of(403));
    }
    Optional<Account> account = accounts.find(number);
    Optional<Binding> binding = registry.find(number);
    if (account.isEmpty() || binding.isEmpty()) {
      return Optional.of(Rejection.of(403));
    }
    Optional<String> given = request.header(HeaderName.AUTHORIZATION);
    if (!costs && given.isEmpty()) {
      return Optional.empty(); // within its own dialog, which is heard from its own flow only
    }
    Optional<DigestCredentials> good =
        given
            .flatMap(DigestCredentials::parse)
            .filter(c -> proves(c, request, number, account.get()));
    if (good.filter(c -> isGood(c.nonce(), number, binding.get(), nowNanos))
        .filter(c -> nonces.use(number.e164(), c.nonce(), c.nonceCount()))
        .isPresent()) {
      return Optional.empty();
    }
    DigestChallenge challenge =
        DigestChallenge.of(REALM, nonces.make(number.e164(), nowNanos), DigestAlgorithm.SHA_256);
    return Optional.of(Rejection.challenge(good.isPresent() ? challenge.asStale() : challenge));
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
        || nonces.isFresh(number.e164(), nonce, nowNanos);
  }
}
