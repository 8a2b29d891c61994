// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import io.phoneagent.sip.DigestAccount;
import io.phoneagent.sip.DigestChallenge;
import io.phoneagent.sip.HeaderName;
import io.phoneagent.sip.NameAddr;
import io.phoneagent.sip.SipResponse;
import io.phoneagent.sip.SipUri;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What a line knows of one registrar: the row of its requests there (RFC 3261 section 10.2), and
 * which of its contacts the registrar may still have. On the loop.
 */
final class RegistrarBook {
  // As many as one request should remove; what is left goes when it runs out.
  private static final int MOST_STALE = 4;
  private static final long MOST_SECONDS = Duration.ofDays(1).getSeconds();

  private final String instance;
  private final String callId;
  private final DigestAccount account;
  private final Set<String> stale = new LinkedHashSet<>();
  private Optional<SipUri> contact = Optional.empty();
  private Optional<DigestChallenge> proven = Optional.empty();
  private boolean outbound;
  private long sequence;
  private long least;

  RegistrarBook(String instance, String callId, DigestAccount account) {
    this.instance = instance;
    this.callId = callId;
    this.account = account;
  }

  String callId() {
    return callId;
  }

  DigestAccount account() {
    return account;
  }

  /** What the registrar had challenged the line with when it accepted it; empty if with nothing. */
  Optional<DigestChallenge> proven() {
    return proven;
  }

  long nextSequence() {
    return ++sequence;
  }

  /** The contact that the registrar has accepted last. */
  Optional<SipUri> contact() {
    return contact;
  }

  /** For so many seconds it is asked: as long as is wanted, and as the registrar demands. */
  long seconds(Duration wanted) {
    return Math.min(MOST_SECONDS, Math.max(wanted.getSeconds(), least));
  }

  /**
   * The registrar wants longer registrations (423).
   *
   * @return whether that was not known, and can be done
   */
  boolean raise(long seconds) {
    boolean more = seconds > least && seconds <= MOST_SECONDS;
    least = more ? seconds : least;
    return more;
  }

  /**
   * The fields of a registration of this contact, and of the removal of those before it. A
   * registrar that knows outbound replaces them by itself (RFC 5626 section 6).
   */
  List<String> contacts(SipUri now, long seconds, boolean removing) {
    List<String> fields = new ArrayList<>();
    fields.add(
        NameAddr.of(now)
            .with("+sip.instance", "\"<" + instance + ">\"")
            .with("reg-id", "1")
            .with("expires", Long.toString(seconds))
            .toString());
    if (removing && !outbound) {
      for (String old : stale) {
        if (!old.equals(now.text())) {
          fields.add("<" + old + ">;expires=0");
        }
      }
    }
    return fields;
  }

  /** Whether the registrar may have contacts of this device that lead nowhere. */
  boolean hasStale(SipUri now) {
    return !outbound && stale.stream().anyMatch(s -> !s.equals(now.text()));
  }

  /** A registration of this contact is on its way, and may arrive without its answer. */
  void sent(SipUri now) {
    contact.ifPresent(c -> stale(c.text()));
    stale(now.text());
  }

  private void stale(String text) {
    stale.remove(text);
    stale.add(text);
    if (stale.size() > MOST_STALE) {
      stale.remove(stale.iterator().next());
    }
  }

  /**
   * The registrar has accepted this contact.
   *
   * @param removed whether the request has removed those before it
   * @return for how many seconds; empty if the answer says that it has it not
   */
  OptionalLong accepted(SipUri now, long asked, boolean removed, SipResponse response) {
    proven = account.challenge();
    outbound = response.tokens(HeaderName.REQUIRE).contains("outbound");
    Optional<SipUri> before = contact;
    contact = Optional.of(now);
    if (removed || outbound) {
      stale.clear();
    } else {
      stale.remove(now.text());
      before.filter(b -> !b.equals(now)).ifPresent(b -> stale(b.text()));
    }
    OptionalLong own = OptionalLong.empty();
    boolean listed = false;
    for (NameAddr each : response.contacts()) {
      listed = true;
      if (isSame(each, now)) {
        own = seconds(each);
        if (!own.isPresent()) {
          own = response.expires();
        }
        if (!own.isPresent()) {
          own = OptionalLong.of(asked);
        }
      } else if (isOfThisDevice(each)) {
        stale(each.uri().text());
      }
    }
    if (!listed) {
      // Some registrars list nothing.
      own = response.expires().isPresent() ? response.expires() : OptionalLong.of(asked);
    }
    return own.isPresent() && own.getAsLong() > 0
        ? OptionalLong.of(Math.min(own.getAsLong(), MOST_SECONDS))
        : OptionalLong.empty();
  }

  /** By what a registrar leaves as it is: user, host and port. */
  private static boolean isSame(NameAddr listed, SipUri own) {
    return listed.uri() instanceof SipUri uri
        && uri.user().equals(own.user())
        && uri.host().equals(own.host())
        && uri.port().equals(own.port());
  }

  private boolean isOfThisDevice(NameAddr listed) {
    return listed
        .parameter("+sip.instance")
        .filter(i -> i.equalsIgnoreCase("<" + instance + ">"))
        .isPresent();
  }

  private static OptionalLong seconds(NameAddr listed) {
    return listed
        .parameter("expires")
        .filter(e -> e.matches("[0-9]{1,10}"))
        .map(e -> OptionalLong.of(Long.parseLong(e)))
        .orElse(OptionalLong.empty());
  }

  /** It has been taken back. */
  void left() {
    contact = Optional.empty();
    stale.clear();
  }
}
