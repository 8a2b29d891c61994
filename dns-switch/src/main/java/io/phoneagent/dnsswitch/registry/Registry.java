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
import io.phoneagent.protocol.RegistrationRequest;
import io.phoneagent.runtime.Clock;
import io.phoneagent.runtime.Timer;
import io.phoneagent.runtime.Timers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Number to binding. Thread-safe: questions are answered from memory without a lock, changes of one
 * number are made one after the other and never wait for the disk. Listeners are told on the
 * executor given here, in the order of a number's changes, of a registration before its phone has
 * the answer.
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

  /**
   * What is known of one number. Whoever changes it holds its lock; the location is read without.
   * It stays when nothing is known any more: there are never more of them than of accounts.
   */
  private static final class Entry {
    private volatile Location location;
    private long deadline; // when the binding ends, by the clock's nanoseconds
    private @Nullable Timer timer; // fires then or before
    private long writtenCounter;

    Entry(PhoneNumber number) {
      this.location = Location.unknown(number);
    }
  }

  private final AccountDirectory accounts;
  private final DurableStore<Location> store;
  private final EndpointAssignment endpoints;
  private final KeyMint keys;
  private final RegistrySettings settings;
  private final Clock clock;
  private final Timers timers;
  private final Executor events;

  private final Map<PhoneNumber, Entry> entries = new ConcurrentHashMap<>();
  private final Map<String, Entry> byKey = new ConcurrentHashMap<>();
  private final AtomicInteger registered = new AtomicInteger();
  private final List<RegistryListener> listeners = new CopyOnWriteArrayList<>();
  private final Queue<Consumer<RegistryListener>> untold = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waiting = new AtomicInteger();

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
    Entry entry = entry(location.number());
    synchronized (entry) {
      if (location.binding().isEmpty()) {
        entry.location = location;
        return;
      }
      Binding binding = location.binding().get();
      Duration left = Duration.between(now(), binding.expiresAt());
      left = left.compareTo(GRACE) < 0 ? GRACE : left;
      left = left.compareTo(settings.expiresIn()) > 0 ? settings.expiresIn() : left;
      put(entry, location.with(binding.until(now().plus(left))), left);
    }
  }

  private Entry entry(PhoneNumber number) {
    return entries.computeIfAbsent(number, Entry::new);
  }

  private Location location(PhoneNumber number) {
    Entry entry = entries.get(number);
    return entry == null ? Location.unknown(number) : entry.location;
  }

  /** The binding of a number that is registered. */
  public Optional<Binding> find(PhoneNumber number) {
    return location(number).binding();
  }

  /** The binding whose current key, or previous one while that is still good, has this name. */
  public Optional<Binding> findByKey(String keyId) {
    Entry entry = byKey.get(keyId);
    return entry == null ? Optional.empty() : bindingOf(entry, keyId);
  }

  private static Optional<Binding> bindingOf(Entry entry, String keyId) {
    return entry.location.binding().filter(b -> b.key(keyId).isPresent());
  }

  /** All bindings as they are now. */
  public Collection<Binding> bindings() {
    List<Binding> all = new ArrayList<>();
    entries.values().forEach(e -> e.location.binding().ifPresent(all::add));
    return all;
  }

  /** How many numbers are registered. */
  public int size() {
    return registered.get();
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
    return location(number).backup().or(() -> account.get().backup());
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
    Entry entry = entry(number);
    synchronized (entry) {
      // With the lock: whoever has just lost the account is either refused here or dropped later.
      Optional<Account> account = accounts.find(number);
      if (account.isEmpty()) {
        return refused(Why.NO_ACCOUNT, number + " has no account");
      }
      Location before = entry.location;
      Optional<Refused> refusal =
          otherDevice(account.get(), before, request.mac())
              .or(() -> before.binding().flatMap(b -> oldSequence(b, request)));
      if (refusal.isPresent()) {
        return CompletableFuture.completedFuture(refusal.get());
      }
      if (waiting.get() >= MAX_WAITING) {
        return refused(Why.BUSY, "too many registrations at once");
      }
      if (before.binding().isPresent() && isRepeat(before.binding().get(), request)) {
        return written(before, before.binding().get());
      }
      Optional<AssignedEndpoint> endpoint = endpoints.endpointFor(request, arrival);
      if (endpoint.isEmpty()) {
        return refused(
            Why.NOT_SERVED,
            request.protocol().label()
                + " over "
                + request.transport().label()
                + " is not served by this switch");
      }
      Binding binding = next(number, before.binding(), request, endpoint.get(), arrival);
      Location after =
          new Location(
              number, Optional.of(request.mac()), request.backupNumber(), Optional.of(binding));
      put(entry, after, settings.expiresIn());
      untold.add(l -> l.registered(binding));
      return written(after, binding);
    }
  }

  private static CompletionStage<Outcome> refused(Why why, String detail) {
    return CompletableFuture.completedFuture(new Refused(why, detail));
  }

  private CompletionStage<Outcome> written(Location location, Binding binding) {
    waiting.incrementAndGet();
    return store
        .write(location)
        .handle(
            (written, failure) -> {
              waiting.decrementAndGet();
              tellAll();
              if (failure != null) {
                throw new CompletionException(failure);
              }
              return new Accepted(binding.answer(), binding);
            });
  }

  private static Optional<Refused> oldSequence(Binding before, RegistrationRequest request) {
    return isSameBoot(before, request) && request.sequence() < before.request().sequence()
        ? Optional.of(
            new Refused(
                Why.OLD_SEQUENCE,
                "sequence "
                    + request.sequence()
                    + " is below "
                    + before.request().sequence()
                    + ", which was registered in the same boot"))
        : Optional.empty();
  }

  /** Whether the number is another device's than this, and may not be used by this one. */
  public Optional<Refused> otherDevice(PhoneNumber number, MacAddress mac) {
    return accounts.find(number).flatMap(a -> otherDevice(a, location(number), mac));
  }

  private static Optional<Refused> otherDevice(Account account, Location known, MacAddress mac) {
    Optional<MacAddress> owner = account.mac().or(known::heldBy);
    return owner.isEmpty() || owner.get().equals(mac)
        ? Optional.empty()
        : Optional.of(
            new Refused(
                Why.OTHER_DEVICE,
                known.number()
                    + " is held by another device than "
                    + mac
                    + "; it must leave first, or the operator set the account's MAC"));
  }

  /** The device that holds a number, whether it is registered at the moment or not. */
  public Optional<MacAddress> heldBy(PhoneNumber number) {
    return location(number).heldBy();
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
                    Causes.NONE.with(now, request.reason())));
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
    Entry entry = byKey.get(keyId);
    if (entry == null) {
      return;
    }
    synchronized (entry) {
      Optional<Binding> before = bindingOf(entry, keyId);
      if (before.isEmpty()) {
        return;
      }
      Binding after = before.get().moved(keyId, paths, counter, cause, now());
      remember(entry, entry.location.with(after));
      entry.writtenCounter = counter;
      store.writeSoon(entry.location);
      if (after.bound() && !before.get().bound()) {
        tell(l -> l.rekeyed(after));
      }
    }
  }

  /**
   * The switch is reached elsewhere. Durable soon: what an earlier run of it had assigned is made
   * good by the phone's next registration.
   *
   * @param cause for people
   * @return the binding as it is now; empty if the number is not registered, or was assigned that
   *     already
   */
  public Optional<Binding> reassign(PhoneNumber number, AssignedEndpoint endpoint, String cause) {
    Entry entry = entries.get(number);
    if (entry == null) {
      return Optional.empty();
    }
    synchronized (entry) {
      Optional<Binding> before = entry.location.binding();
      if (before.isEmpty() || before.get().endpoint().equals(endpoint)) {
        return Optional.empty();
      }
      Binding after = before.get().reassigned(endpoint, cause, now());
      remember(entry, entry.location.with(after));
      store.writeSoon(entry.location);
      return Optional.of(after);
    }
  }

  /** A request with this counter was verified. Written now and then. */
  public void counterUsed(String keyId, long counter) {
    Entry entry = byKey.get(keyId);
    if (entry == null) {
      return;
    }
    synchronized (entry) {
      Optional<Binding> before = bindingOf(entry, keyId);
      if (before.isEmpty()) {
        return;
      }
      remember(entry, entry.location.with(before.get().counterSeen(keyId, counter)));
      if (counter - entry.writtenCounter >= COUNTER_STRIDE || counter < entry.writtenCounter) {
        entry.writtenCounter = counter;
        store.writeSoon(entry.location);
      }
    }
  }

  /**
   * A number leaves: its device lets go of it, its backup number stays.
   *
   * @return completed when that is durable: whether it was registered
   */
  public CompletionStage<Boolean> remove(PhoneNumber number, String cause) {
    Entry entry = entries.get(number);
    if (entry == null) {
      return CompletableFuture.completedFuture(false);
    }
    synchronized (entry) {
      Location before = entry.location;
      if (before.isEmpty()) {
        return CompletableFuture.completedFuture(false);
      }
      drop(entry, Optional.empty(), cause);
      return store.write(entry.location).thenApply(written -> before.binding().isPresent());
    }
  }

  /** Drops what belongs to accounts that are gone, or now name another device. */
  public void accountsChanged() {
    for (Entry entry : entries.values()) {
      synchronized (entry) {
        accountChanged(entry);
      }
    }
  }

  private void accountChanged(Entry entry) {
    Location before = entry.location;
    Optional<Account> account = accounts.find(before.number());
    if (account.isEmpty()) {
      if (!before.isEmpty()) {
        drop(entry, Optional.empty(), "its account was removed");
        entry.location = Location.unknown(before.number()); // the backup, too
        store.writeSoon(entry.location);
      }
    } else if (account.get().mac().isPresent()
        && before.heldBy().isPresent()
        && !before.heldBy().equals(account.get().mac())) {
      drop(entry, account.get().mac(), "its account names another device");
      store.writeSoon(entry.location);
    }
  }

  /** Its binding ends; its backup number stays. */
  private void drop(Entry entry, Optional<MacAddress> heldBy, String cause) {
    Location before = entry.location;
    entry.location = new Location(before.number(), heldBy, before.backup(), Optional.empty());
    if (entry.timer != null) {
      entry.timer.cancel();
      entry.timer = null;
    }
    if (before.binding().isPresent()) {
      Binding last = before.binding().get();
      registered.decrementAndGet();
      keyIds(last).forEach(byKey::remove);
      tell(l -> l.removed(last, cause));
    }
  }

  private void put(Entry entry, Location location, Duration left) {
    Binding binding = location.binding().orElseThrow();
    if (entry.location.binding().isEmpty()) {
      registered.incrementAndGet();
    }
    remember(entry, location);
    // The store has counters as they are in this binding.
    entry.writtenCounter = binding.current().counter();
    entry.deadline = clock.nanos() + left.toNanos();
    if (entry.timer == null) {
      entry.timer = timers.schedule(left, () -> expire(entry));
    }
  }

  /** A key that stays good is found at every moment, also by those who take no lock. */
  private void remember(Entry entry, Location after) {
    List<String> good = keyIds(after.binding().orElseThrow());
    List<String> known = entry.location.binding().map(Registry::keyIds).orElse(List.of());
    for (String keyId : good) {
      if (!known.contains(keyId)) {
        byKey.put(keyId, entry);
      }
    }
    entry.location = after;
    for (String keyId : known) {
      if (!good.contains(keyId)) {
        byKey.remove(keyId);
      }
    }
  }

  private static List<String> keyIds(Binding binding) {
    String current = binding.current().key().keyId();
    return binding.previous().isPresent()
        ? List.of(current, binding.previous().get().key().keyId())
        : List.of(current);
  }

  /** Runs once a binding's first deadline has passed; a registration since then moved it. */
  private void expire(Entry entry) {
    synchronized (entry) {
      if (entry.timer == null) {
        return;
      }
      long left = entry.deadline - clock.nanos();
      if (left > 0) {
        entry.timer = timers.schedule(Duration.ofNanos(left), () -> expire(entry));
        return;
      }
      drop(entry, entry.location.heldBy(), "its registration ran out");
      store.writeSoon(entry.location);
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
