// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import io.phoneagent.AgentSettings;
import io.phoneagent.Assignment;
import io.phoneagent.FailbackMode;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the settings say about registering, at this moment.
 *
 * @param switches to register with, the preferred one first; at least one
 * @param failoverTries so many tries without an answer, then the next switch
 * @param failback how often the preferred one is asked whether it is back; empty for never
 * @param keepAlive how often the flow is kept alive; empty for what the switch says
 * @param expiry a registration is renewed as if it held this long; empty for what the switch says
 * @param retries how long to wait after failures
 * @param busy whether a call is under way on a flow that stands: then the line stays where it is
 * @param toldToWait the switches that want to be left alone, and for how long still
 */
record RegistrationPolicy(
    List<URI> switches,
    int failoverTries,
    Optional<Duration> failback,
    Optional<Duration> keepAlive,
    Optional<Duration> expiry,
    RetryDelays retries,
    boolean busy,
    Map<URI, Duration> toldToWait) {

  static RegistrationPolicy of(
      AgentSettings settings, List<URI> switches, boolean busy, Map<URI, Duration> toldToWait) {
    return new RegistrationPolicy(
        switches,
        settings.failoverTries(),
        settings.failbackMode() == FailbackMode.NEVER
            ? Optional.empty()
            : Optional.of(settings.failbackInterval()),
        settings.keepAliveInterval(),
        settings.registrationExpiry(),
        new RetryDelays(settings.retryInterval(), settings.retryAfterRefusal()),
        busy,
        toldToWait);
  }

  /** What the timeline calls the other end. */
  String whom() {
    return "sip".equals(preferred().getScheme()) ? "the registrar" : "the switch";
  }

  URI preferred() {
    return switches.get(0);
  }

  /** The switch to take when this one does not serve: the next that is not told to wait for. */
  Optional<URI> after(URI dnsSwitch) {
    int from = switches.indexOf(dnsSwitch);
    for (int step = 1; choice() && step < switches.size(); step++) {
      URI next = switches.get((from + step) % switches.size());
      if (!toldToWait.containsKey(next)) {
        return Optional.of(next);
      }
    }
    return Optional.empty();
  }

  private boolean choice() {
    return switches.size() > 1 && !busy;
  }

  /** Whether so many failures in a row are enough for another switch. */
  boolean movesOn(int failures) {
    return choice() && failures % failoverTries == 0;
  }

  /** Whether there is a switch that has not had its tries yet. */
  boolean firstRound(int failures) {
    return failures < failoverTries * switches.size();
  }

  /** Each switch gets its quick tries; after that the line backs off. */
  Duration afterSilence(int failures) {
    if (!choice()) {
      return retries.afterSilence(failures);
    }
    return retries.afterSilence(
        firstRound(failures)
            ? (failures - 1) % failoverTries + 1
            : failures - failoverTries * (switches.size() - 1));
  }

  /** Four fifths of its time: then there is time for every repetition before it runs out. */
  Duration refresh(Grant grant) {
    return shorter(grant.assignment().expiresIn(), expiry).multipliedBy(4).dividedBy(5);
  }

  /** What was granted, kept alive at least as often as it asks for. */
  Grant applied(Grant grant) {
    Assignment a = grant.assignment();
    return new Grant(
        new Assignment(
            a.endpoint(),
            a.transport(),
            a.expiresIn(),
            shorter(a.keepAlive(), keepAlive),
            a.observedAddress(),
            a.uniqueAddress()),
        grant.key(),
        grant.serverName(),
        grant.dnsSwitch());
  }

  private static Duration shorter(Duration granted, Optional<Duration> wanted) {
    return wanted.filter(w -> w.compareTo(granted) < 0).orElse(granted);
  }
}
