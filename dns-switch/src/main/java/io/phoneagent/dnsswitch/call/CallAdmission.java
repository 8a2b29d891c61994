// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.call;

import io.phoneagent.PhoneNumber;
import io.phoneagent.dnsswitch.account.Account;
import io.phoneagent.dnsswitch.account.AccountDirectory;
import io.phoneagent.dnsswitch.registry.Binding;
import io.phoneagent.dnsswitch.registry.KeyState;
import io.phoneagent.dnsswitch.registry.Registry;
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
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Who may make a call. A UDP source alone grants nothing: a phone's new calls carry digest with the
 * nonce of its registration, and its From is the number of its flow. Strangers may call, slowly.
 */
final class CallAdmission {
  private static final String REALM = "phoneagent";
  // A person redials once in some seconds; this leaves room for a company behind one address.
  private static final int STRANGER_BURST = 20;
  private static final long STRANGER_REFILL_NANOS = Duration.ofSeconds(1).toNanos();
  private static final int MOST_STRANGERS = 10_000;

  private final AccountDirectory accounts;
  private final Registry registry;
  private final Map<PhoneNumber, NonceUse> uses = new HashMap<>();
  private final Map<InetAddress, Bucket> strangers =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<InetAddress, Bucket> eldest) {
          return size() > MOST_STRANGERS;
        }
      };

  private record NonceUse(String nonce, long highest) {}

  private static final class Bucket {
    private double tokens = STRANGER_BURST;
    private long filledAt;
  }

  CallAdmission(AccountDirectory accounts, Registry registry) {
    this.accounts = accounts;
    this.registry = registry;
  }

  /** How a request is to be refused; empty to let it in. */
  Optional<Rejection> vet(SipRequest request, SipPeer from, long nowNanos) {
    boolean newCall = request.method().equals(SipMethod.INVITE) && request.toTag().isEmpty();
    if (from instanceof Peers.Phone phone) {
      boolean changing =
          request.method().equals(SipMethod.INVITE) || request.method().toString().equals("REFER");
      return changing ? vetPhone(request, phone.number(), newCall) : Optional.empty();
    }
    if (newCall && from instanceof Peers.Stranger stranger) {
      return mayCall(stranger.address().getAddress(), nowNanos)
          ? Optional.empty()
          : Optional.of(Rejection.of(503));
    }
    return Optional.empty();
  }

  private Optional<Rejection> vetPhone(SipRequest request, PhoneNumber number, boolean newCall) {
    String claimed = request.from().uri() instanceof SipUri sip ? sip.number() : "";
    if (newCall && !claimed.equals(number.e164())) {
      return Optional.of(Rejection.of(403));
    }
    Optional<Account> account = accounts.find(number);
    Optional<Binding> binding = registry.find(number);
    if (account.isEmpty() || binding.isEmpty()) {
      return Optional.of(Rejection.of(403));
    }
    Optional<DigestCredentials> credentials =
        request.header(HeaderName.AUTHORIZATION).flatMap(DigestCredentials::parse);
    if (!newCall && credentials.isEmpty()) {
      return Optional.empty(); // within its own dialog, which only its peers know the tags of
    }
    return proves(request, number, account.get(), binding.get(), credentials)
        ? Optional.empty()
        : Optional.of(challenge(binding.get()));
  }

  private boolean proves(
      SipRequest request,
      PhoneNumber number,
      Account account,
      Binding binding,
      Optional<DigestCredentials> given) {
    if (given.isEmpty()) {
      return false;
    }
    DigestCredentials credentials = given.get();
    boolean knownNonce =
        credentials.nonce().equals(binding.current().key().nonce())
            || binding
                .previous()
                .map(KeyState::key)
                .filter(k -> k.nonce().equals(credentials.nonce()))
                .isPresent();
    if (!knownNonce
        || credentials.algorithm() != DigestAlgorithm.SHA_256
        || !credentials.username().equals(number.e164())
        || !credentials.realm().equals(REALM)
        || !credentials.qop().equals("auth")
        || !credentials.uri().equals(request.uriText())
        || !Digest.verify(credentials, account.ha1(), request.method())) {
      return false;
    }
    NonceUse use = uses.get(number);
    if (use != null
        && use.nonce().equals(credentials.nonce())
        && credentials.nonceCount() <= use.highest()) {
      return false; // replayed
    }
    uses.put(number, new NonceUse(credentials.nonce(), credentials.nonceCount()));
    return true;
  }

  private static Rejection challenge(Binding binding) {
    return Rejection.challenge(
        DigestChallenge.of(REALM, binding.current().key().nonce(), DigestAlgorithm.SHA_256));
  }

  private boolean mayCall(InetAddress source, long now) {
    Bucket bucket = strangers.computeIfAbsent(source, s -> new Bucket());
    double refill = (double) (now - bucket.filledAt) / STRANGER_REFILL_NANOS;
    bucket.tokens = Math.min(STRANGER_BURST, bucket.tokens + Math.max(0, refill));
    bucket.filledAt = now;
    if (bucket.tokens < 1) {
      return false;
    }
    bucket.tokens--;
    return true;
  }
}
