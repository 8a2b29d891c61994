// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.registry;

import io.phoneagent.MacAddress;
import io.phoneagent.PhoneNumber;
import io.phoneagent.protocol.AssignedEndpoint;
import io.phoneagent.protocol.RegistrationAnswer;
import io.phoneagent.protocol.RegistrationRecord.Previous;
import io.phoneagent.protocol.RegistrationRequest;
import java.net.InetAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A registered number: what its phone asked, what the switch answered, and the durable part of its
 * flow. Immutable; every change makes another one.
 *
 * @param number the number
 * @param request the last registration
 * @param answer what was answered to it
 * @param registeredAt when
 * @param expiresAt until when it holds
 * @param current the key of that answer
 * @param bound whether the current key has bound; until then the previous one is good too
 * @param previous the last key before it that had bound
 * @param paths where the flow came from, proved
 * @param history where the phone was before, the latest first
 * @param causes why it registered and moved, the latest first; the same again stands once, with its
 *     latest time
 */
public record Binding(
    PhoneNumber number,
    RegistrationRequest request,
    RegistrationAnswer answer,
    Instant registeredAt,
    Instant expiresAt,
    KeyState current,
    boolean bound,
    Optional<KeyState> previous,
    FlowPaths paths,
    List<Previous> history,
    Causes causes) {
  private static final int MAX_HISTORY = 8;

  /** Keeps the latest of history. */
  public Binding {
    history = List.copyOf(history.subList(0, Math.min(MAX_HISTORY, history.size())));
  }

  /** The device. */
  public MacAddress mac() {
    return request.mac();
  }

  /** What the switch assigned. */
  public AssignedEndpoint endpoint() {
    return answer.endpoint();
  }

  /** Where the last registration came from. */
  public InetAddress observedAddress() {
    return answer.observedAddress();
  }

  /** The key of that name, current or previous; a previous one only until the current has bound. */
  public Optional<KeyState> key(String keyId) {
    if (current.key().keyId().equals(keyId)) {
      return Optional.of(current);
    }
    return bound ? Optional.empty() : previous.filter(k -> k.key().keyId().equals(keyId));
  }

  /** After a registration with a new sequence; the flow stays until the new key has bound. */
  Binding registeredAgain(
      RegistrationRequest next, RegistrationAnswer given, Instant now, Instant until) {
    List<Previous> before = history;
    boolean elsewhere =
        !request.publicAddress().equals(next.publicAddress())
            || !observedAddress().equals(given.observedAddress());
    if (elsewhere) {
      before = withFirst(formerly(now), history);
    }
    return new Binding(
        number,
        next,
        given,
        now,
        until,
        new KeyState(given.flow(), 0),
        false,
        bound ? Optional.of(current) : previous,
        paths,
        before,
        causes.with(now, next.reason()));
  }

  /** After a verified bind with one of the keys. */
  Binding moved(String keyId, FlowPaths to, long counter, String cause, Instant now) {
    boolean byCurrent = current.key().keyId().equals(keyId);
    boolean left =
        paths.current().isPresent()
            && to.current().isPresent()
            && !paths.current().get().source().equals(to.current().get().source());
    return new Binding(
        number,
        request,
        answer,
        registeredAt,
        expiresAt,
        byCurrent ? current.counter(counter) : current,
        bound || byCurrent,
        byCurrent ? Optional.empty() : previous.map(k -> k.counter(counter)),
        to,
        left ? withFirst(formerly(now), history) : history,
        cause.isEmpty() ? causes : causes.with(now, cause));
  }

  /** After a request with one of the keys. */
  Binding counterSeen(String keyId, long counter) {
    boolean byCurrent = current.key().keyId().equals(keyId);
    return new Binding(
        number,
        request,
        answer,
        registeredAt,
        expiresAt,
        byCurrent ? current.counter(counter) : current,
        bound,
        byCurrent ? previous : previous.map(k -> k.counter(counter)),
        paths,
        history,
        causes);
  }

  /** The same, at another endpoint of the switch. */
  Binding reassigned(AssignedEndpoint endpoint, String cause, Instant now) {
    return new Binding(
        number,
        request,
        new RegistrationAnswer(
            endpoint,
            answer.expiresIn(),
            answer.keepAlive(),
            answer.flow(),
            answer.observedAddress(),
            answer.uniqueAddress()),
        registeredAt,
        expiresAt,
        current,
        bound,
        previous,
        paths,
        history,
        causes.with(now, cause));
  }

  /** The same, good until then. */
  Binding until(Instant time) {
    return new Binding(
        number,
        request,
        answer,
        registeredAt,
        time,
        current,
        bound,
        previous,
        paths,
        history,
        causes);
  }

  private Previous formerly(Instant now) {
    return new Previous(
        request.publicAddress(), observedAddress(), paths.current().map(VerifiedPath::source), now);
  }

  private static <T> List<T> withFirst(T first, List<T> rest) {
    List<T> all = new ArrayList<>(rest.size() + 1);
    all.add(first);
    all.addAll(rest);
    return all;
  }

  /** Number, device and endpoint; nothing secret. */
  @Override
  public String toString() {
    return "Binding[" + number + " " + mac() + " " + endpoint() + "]";
  }
}
