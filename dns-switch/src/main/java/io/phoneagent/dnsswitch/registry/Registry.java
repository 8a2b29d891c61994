// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.registry;

import io.phoneagent.MacAddress;
import io.phoneagent.PhoneNumber;
import io.phoneagent.dnsswitch.account.Account;
import io.phoneagent.dnsswitch.account.AccountDirectory;
import io.phoneagent.dnsswitch.registry.Outcome.Accepted;
import io.phoneagent.dnsswitch.registry.Outcome.Refused;
import io.phoneagent.dnsswitch.registry.Outcome.Why;
import io.phoneagent.dnsswitch.store.DurableStore;
import io.phoneagent.protocol.AssignedEndpoint;
import io.phoneagent.protocol.RegistrationAnswer;
import io.phoneagent.protocol.RegistrationRecord;
import io.phoneagent.protocol.RegistrationRecord.Cause;
import io.phoneagent.protocol.RegistrationRequest;
import io.phoneagent.runtime.Clock;
import io.phoneagent.runtime.Timer;
import io.phoneagent.runtime.Timers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Number to binding. Thread-safe: questions are answered from memory without a lock, changes are
 * made one after the other and never wait for the disk. Listeners are told on the executor given
 * here, in the order of the changes, of a registration before its phone has the answer.
 *
 * <p>Within a boot of a phone a lower sequence is refused, the same one is answered as before, a
 * higher one replaces the binding; a new boot starts over. A number belongs to the device of its
 * account or, if the account names none, to the first that registered, until that is removed.
 */
public final class Registry {
  /** A counter is written at least each time it has grown by this much. */
  public static final int COUNTER_STRIDE = 64;

  /**
   * Registrations that wait for the disk: one transaction that is being written and the next one.
   * Whoever came then would wait for a third, and is better told to come again.
   */
  static final int MAX_WAITING = 4_000;

  /**
   * What a phone gets that could not register again because the switch was down: as long as the
   * first retries of a phone take.
   */
  private static final Duration GRACE = Duration.ofMinutes(2);

  /** When a binding ends, and the timer that fires then or before. */
  private record Expiry(long deadline, Timer timer) {}

  private final AccountDirectory accounts;
  private final DurableStore<Location> store;
  private final EndpointAssignment endpoints;
  private final KeyMint keys;
  private final RegistrySettings settings;
  private final Clock clock;
  private final Timers timers;
  private final Executor events;

  private final Map<PhoneNumber, Location> locations = new ConcurrentHashMap<>();
  private final Map<String, PhoneNumber> byKey = new ConcurrentHashMap<>();
  private final Map<PhoneNumber, Expiry> expiries = new ConcurrentHashMap<>();
  private final Map<PhoneNumber, Long> writtenCounters = new ConcurrentHashMap<>();
  private final List<RegistryListener> listeners = new CopyOnWriteArrayList<>();
  private final Queue<Consumer<RegistryListener>> untold = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waiting = new AtomicInteger();
  private final Object changing = new Object();

  /**
   * Loads what the store has. A binding whose account is gone is dropped; one that ran out while
   * the switch was down holds two more minutes.
   */
  public Registry(
      AccountDirectory accounts,
      DurableStore<Location> store,
      EndpointAssignment endpoints,
      KeyMint keys,
      RegistrySettings settings,
      Clock clock,
      Timers timers,
      Executor events) {
    this.accounts = accounts;
    this.store = store;
    this.endpoints = endpoints;
    this.keys = keys;
    this.settings = settings;
    this.clock = clock;
    this.timers = timers;
    this.events = events;
    for (Location location : store.load()) {
      restore(location);
    }
  }

  private void restore(Location location) {
    if (accounts.find(location.number()).isEmpty()) {
      store.writeSoon(Location.unknown(location.number()));
      return;
    }
    if (location.binding().isEmpty()) {
      locations.put(location.number(), location);
      return;
    }
    Binding binding = location.binding().get();
    Duration left = Duration.between(now(), binding.expiresAt());
    left = left.compareTo(GRACE) < 0 ? GRACE : left;
    left = left.compareTo(settings.expiresIn()) > 0 ? settings.expiresIn() : left;
    put(location, binding.until(now().plus(left)), left);
  }

  /** The binding of a number that is registered. */
  public Optional<Binding> find(PhoneNumber number) {
    return Optional.ofNullable(locations.get(number)).flatMap(Location::binding);
  }

  /** The binding whose current key, or previous one while that is still good, has this name. */
  public Optional<Binding> findByKey(String keyId) {
    return Optional.ofNullable(byKey.get(keyId))
        .flatMap(this::find)
        .filter(b -> b.key(keyId).isPresent());
  }

  /** All bindings as they are now. */
  public Collection<Binding> bindings() {
    List<Binding> all = new ArrayList<>();
    locations.values().forEach(l -> l.binding().ifPresent(all::add));
    return all;
  }

  /** How many numbers are registered. */
  public int size() {
    return expiries.size();
  }

  /**
   * Where calls to a number go when its phone cannot be reached, registered or not: as its phone
   * last said, else as its account says.
   */
  public Optional<PhoneNumber> backup(PhoneNumber number) {
    Optional<Account> account = accounts.find(number);
    if (account.isEmpty()) {
      return Optional.empty();
    }
    return Optional.ofNullable(locations.get(number))
        .flatMap(Location::backup)
        .or(() -> account.get().backup());
  }

  /** What a GET tells of a number that is registered. */
  public Optional<RegistrationRecord> record(PhoneNumber number) {
    return find(number).map(b -> BindingRecord.of(b, backup(number)));
  }

  /** Adds one that is told of all changes from now on. */
  public void addListener(RegistryListener listener) {
    listeners.add(listener);
  }

  /**
   * Registers a number whose secret has been checked.
   *
   * @return completed when the registration will outlive a loss of power, or at once with a
   *     refusal; exceptionally if it could not be written
   */
  public CompletionStage<Outcome> register(
      PhoneNumber number, RegistrationRequest request, Arrival arrival) {
    Location location;
    Accepted accepted;
    synchronized (changing) {
      Optional<Refused> refusal = refusal(number, request);
      if (refusal.isPresent()) {
        return CompletableFuture.completedFuture(refusal.get());
      }
      Optional<Binding> before = find(number);
      if (before.isPresent() && isRepeat(before.get(), request)) {
        accepted = new Accepted(before.get().answer(), before.get());
        location = locations.getOrDefault(number, Location.unknown(number));
      } else {
        Optional<AssignedEndpoint> endpoint = endpoints.endpointFor(request, arrival);
        if (endpoint.isEmpty()) {
          return CompletableFuture.completedFuture(
              new Refused(
                  Why.NOT_SERVED,
                  request.protocol().label()
                      + " over "
                      + request.transport().label()
                      + " is not served by this switch"));
        }
        Binding binding = next(number, before, request, endpoint.get(), arrival);
        location =
            put(
                new Location(
                    number, Optional.of(request.mac()), request.backupNumber(), Optional.empty()),
                binding,
                settings.expiresIn());
        accepted = new Accepted(binding.answer(), binding);
        untold.add(l -> l.registered(binding));
      }
      waiting.incrementAndGet();
      return store
          .write(location)
          .whenComplete(
              (written, failure) -> {
                waiting.decrementAndGet();
                tellAll();
              })
          .thenApply(written -> accepted);
    }
  }

  private Optional<Refused> refusal(PhoneNumber number, RegistrationRequest request) {
    Optional<Account> account = accounts.find(number);
    if (account.isEmpty()) {
      return Optional.of(new Refused(Why.NO_ACCOUNT, number + " has no account"));
    }
    Optional<Refused> other = otherDevice(number, request.mac());
    if (other.isPresent()) {
      return other;
    }
    Optional<Binding> before = find(number);
    if (before.isPresent()
        && isSameBoot(before.get(), request)
        && request.sequence() < before.get().request().sequence()) {
      return Optional.of(
          new Refused(
              Why.OLD_SEQUENCE,
              "sequence "
                  + request.sequence()
                  + " is below "
                  + before.get().request().sequence()
                  + ", which was registered in the same boot"));
    }
    return waiting.get() < MAX_WAITING
        ? Optional.empty()
        : Optional.of(new Refused(Why.BUSY, "too many registrations at once"));
  }

  /** Whether the number is another device's than this, and may not be used by this one. */
  public Optional<Refused> otherDevice(PhoneNumber number, MacAddress mac) {
    Optional<MacAddress> owner =
        accounts.find(number).flatMap(Account::mac).or(() -> heldBy(number));
    return owner.isEmpty() || owner.get().equals(mac)
        ? Optional.empty()
        : Optional.of(
            new Refused(
                Why.OTHER_DEVICE,
                number
                    + " is held by another device than "
                    + mac
                    + "; it must leave first, or the operator set the account's MAC"));
  }

  /** The device that holds a number, whether it is registered at the moment or not. */
  public Optional<MacAddress> heldBy(PhoneNumber number) {
    return Optional.ofNullable(locations.get(number)).flatMap(Location::heldBy);
  }

  private static boolean isSameBoot(Binding before, RegistrationRequest request) {
    return before.request().bootId().equals(request.bootId()) && before.mac().equals(request.mac());
  }

  private static boolean isRepeat(Binding before, RegistrationRequest request) {
    return isSameBoot(before, request) && before.request().sequence() == request.sequence();
  }

  private Binding next(
      PhoneNumber number,
      Optional<Binding> before,
      RegistrationRequest request,
      AssignedEndpoint endpoint,
      Arrival arrival) {
    RegistrationAnswer answer =
        new RegistrationAnswer(
            endpoint,
            settings.expiresIn(),
            settings.keepAlive(),
            keys.next(),
            arrival.source().getAddress(),
            request.uniqueAddress());
    Instant now = now();
    Instant until = now.plus(settings.expiresIn());
    // Another device's flow is not this one's: its paths and keys end here.
    return before
        .filter(b -> b.mac().equals(request.mac()))
        .map(b -> b.registeredAgain(request, answer, now, until))
        .orElseGet(
            () ->
                new Binding(
                    number,
                    request,
                    answer,
                    now,
                    until,
                    new KeyState(answer.flow(), 0),
                    false,
                    Optional.empty(),
                    FlowPaths.NONE,
                    List.of(),
                    List.of(new Cause(now, request.reason()))));
  }

  /**
   * A bind was verified: the flow is where the paths say. Durable soon, not at once: a switch that
   * dies before finds the phone at the path before, or by its next bind. Without effect if the key
   * is not good any more.
   *
   * @param keyId the key it was bound with
   * @param counter the counter of the bind
   * @param cause why it moved, for people; empty if it is where it was
   */
  public void flowMoved(String keyId, FlowPaths paths, long counter, String cause) {
    synchronized (changing) {
      Optional<Binding> before = findByKey(keyId);
      if (before.isEmpty()) {
        return;
      }
      Binding after = before.get().moved(keyId, paths, counter, cause, now());
      Location location = replace(after);
      writtenCounters.put(after.number(), counter);
      store.writeSoon(location);
      if (after.bound() && !before.get().bound()) {
        tell(l -> l.rekeyed(after));
      }
    }
  }

  /** A request with this counter was verified. Written now and then. */
  public void counterUsed(String keyId, long counter) {
    synchronized (changing) {
      Optional<Binding> before = findByKey(keyId);
      if (before.isEmpty()) {
        return;
      }
      Binding after = before.get().counterSeen(keyId, counter);
      Location location = replace(after);
      long written = writtenCounters.getOrDefault(after.number(), 0L);
      if (counter - written >= COUNTER_STRIDE || counter < written) {
        writtenCounters.put(after.number(), counter);
        store.writeSoon(location);
      }
    }
  }

  /**
   * A number leaves: its device lets go of it, its backup number stays.
   *
   * @return completed when that is durable: whether it was registered
   */
  public CompletionStage<Boolean> remove(PhoneNumber number, String cause) {
    synchronized (changing) {
      Location before = locations.get(number);
      if (before == null) {
        return CompletableFuture.completedFuture(false);
      }
      Location after = new Location(number, Optional.empty(), before.backup(), Optional.empty());
      drop(after, before, cause);
      return store.write(after).thenApply(written -> before.binding().isPresent());
    }
  }

  /** Drops what belongs to accounts that are gone, or now name another device. */
  public void accountsChanged() {
    synchronized (changing) {
      for (Location before : List.copyOf(locations.values())) {
        Optional<Account> account = accounts.find(before.number());
        if (account.isEmpty()) {
          drop(Location.unknown(before.number()), before, "its account was removed");
          store.writeSoon(Location.unknown(before.number()));
        } else if (account.get().mac().isPresent()
            && before.heldBy().isPresent()
            && !before.heldBy().equals(account.get().mac())) {
          Location after =
              new Location(before.number(), account.get().mac(), before.backup(), Optional.empty());
          drop(after, before, "its account names another device");
          store.writeSoon(after);
        }
      }
    }
  }

  private void drop(Location after, Location before, String cause) {
    if (after.isEmpty()) {
      locations.remove(after.number());
    } else {
      locations.put(after.number(), after);
    }
    Expiry pending = expiries.remove(after.number());
    if (pending != null) {
      pending.timer().cancel();
    }
    writtenCounters.remove(after.number());
    before
        .binding()
        .ifPresent(
            last -> {
              keyIds(last).forEach(byKey::remove);
              tell(l -> l.removed(last, cause));
            });
  }

  private Location put(Location location, Binding binding, Duration left) {
    PhoneNumber number = binding.number();
    Location whole =
        new Location(number, location.heldBy(), location.backup(), Optional.of(binding));
    remember(whole, binding);
    // The store has counters as they are in this binding.
    writtenCounters.put(number, binding.current().counter());
    long deadline = clock.nanos() + left.toNanos();
    Expiry pending = expiries.get(number);
    expiries.put(
        number,
        new Expiry(
            deadline,
            pending == null ? timers.schedule(left, () -> expire(number)) : pending.timer()));
    return whole;
  }

  private Location replace(Binding binding) {
    Location before = locations.getOrDefault(binding.number(), Location.unknown(binding.number()));
    Location after =
        new Location(binding.number(), before.heldBy(), before.backup(), Optional.of(binding));
    remember(after, binding);
    return after;
  }

  /** A key that stays good is found at every moment, also by those who take no lock. */
  private void remember(Location after, Binding binding) {
    Set<String> good = keyIds(binding);
    good.forEach(keyId -> byKey.put(keyId, binding.number()));
    Location before = locations.put(after.number(), after);
    if (before != null) {
      before
          .binding()
          .ifPresent(
              old -> keyIds(old).stream().filter(k -> !good.contains(k)).forEach(byKey::remove));
    }
  }

  private static Set<String> keyIds(Binding binding) {
    Set<String> keyIds = new HashSet<>();
    keyIds.add(binding.current().key().keyId());
    binding.previous().ifPresent(k -> keyIds.add(k.key().keyId()));
    return keyIds;
  }

  /** Runs once a binding's first deadline has passed; a registration since then moved it. */
  private void expire(PhoneNumber number) {
    synchronized (changing) {
      Expiry pending = expiries.get(number);
      Location before = locations.get(number);
      if (pending == null || before == null) {
        return;
      }
      long left = pending.deadline() - clock.nanos();
      if (left > 0) {
        Timer later = timers.schedule(Duration.ofNanos(left), () -> expire(number));
        expiries.put(number, new Expiry(pending.deadline(), later));
        return;
      }
      Location after = new Location(number, before.heldBy(), before.backup(), Optional.empty());
      drop(after, before, "its registration ran out");
      store.writeSoon(after);
    }
  }

  private Instant now() {
    return Instant.ofEpochMilli(clock.epochMillis());
  }

  private void tell(Consumer<RegistryListener> event) {
    untold.add(event);
    tellAll();
  }

  /**
   * A registration is told with its answer, not before: so the registrations of one transaction
   * wake the listeners' thread once.
   */
  private void tellAll() {
    if (!untold.isEmpty()) {
      events.execute(this::drain);
    }
  }

  private void drain() {
    try {
      for (Consumer<RegistryListener> event = untold.poll(); event != null; event = untold.poll()) {
        listeners.forEach(event);
      }
    } finally {
      tellAll(); // what one listener throws keeps nothing else from being told
    }
  }
}
