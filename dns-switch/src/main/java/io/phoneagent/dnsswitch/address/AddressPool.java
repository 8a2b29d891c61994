// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.address;

import io.phoneagent.MacAddress;
import io.phoneagent.PhoneNumber;
import io.phoneagent.dnsswitch.store.DurableStore;
import io.phoneagent.dnsswitch.store.SqliteTable;
import io.phoneagent.runtime.Clock;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Hands out unique addresses, one for each device, and the same one for as long as nobody else
 * needs it: an address that has run out is given to another device only when none is left that was
 * never given to anybody, and then the one that ran out first. A line has one device: when it asks
 * for another one, the address of the one before runs out at once, so that nobody with one account
 * can empty the pool; not if that device asks without any line too, for it is no phone of theirs.
 * Thread-safe.
 */
public final class AddressPool implements AutoCloseable {
  /** By when they run out; the address tells those of one moment apart. */
  private static final Comparator<Entry> BY_END =
      Comparator.<Entry, Instant>comparing(e -> e.lease.until()).thenComparing(e -> e.index);

  private static final class Entry {
    private final int index;
    private AddressLease lease;
    private CompletionStage<Void> written;

    /** Whether the device has asked for it without any line: it is not a line's to end then. */
    private boolean devices;

    Entry(int index, AddressLease lease, CompletionStage<Void> written) {
      this.index = index;
      this.lease = lease;
      this.written = written;
    }
  }

  private final AddressRange range;
  private final Duration leaseTime;
  private final Clock clock;
  private final DurableStore<AddressLease> store;

  private final Map<MacAddress, Entry> byMac = new HashMap<>();
  private final Map<PhoneNumber, Entry> byNumber = new HashMap<>();
  private final Map<Integer, Entry> byIndex = new HashMap<>();
  private final TreeSet<Entry> byEnd = new TreeSet<>(BY_END);
  private final Map<MacAddress, Integer> aside = new HashMap<>();

  /** Those that somebody has or had, and those set aside. */
  private final BitSet given;

  /**
   * A pool with what its store remembers.
   *
   * @param leaseTime how long an address holds that nobody renews
   * @param store closed with the pool
   */
  public AddressPool(
      AddressRange range, Duration leaseTime, Clock clock, DurableStore<AddressLease> store) {
    this.range = range;
    this.leaseTime = leaseTime;
    this.clock = clock;
    this.store = store;
    this.given = new BitSet(range.size());
    for (AddressLease lease : store.load()) {
      // Those of another range stay in the file: an operator may come back to it.
      range.indexOf(lease.address()).ifPresent(index -> restore(index, lease));
    }
  }

  /**
   * Opens the store of a pool.
   *
   * @throws io.phoneagent.PhoneAgentException if the file cannot be read
   */
  public static DurableStore<AddressLease> store(Path file) {
    return SqliteTable.open(file, new AddressRow());
  }

  private void restore(int index, AddressLease lease) {
    Entry twice = byMac.get(lease.mac());
    if (twice != null && twice.lease.until().isAfter(lease.until())) {
      return;
    }
    if (twice != null) {
      forget(twice);
    }
    Entry entry = new Entry(index, lease, CompletableFuture.completedFuture(null));
    entry.devices = lease.number().isEmpty() && lease.holdsAt(now());
    remember(entry);
  }

  private void remember(Entry entry) {
    byMac.put(entry.lease.mac(), entry);
    byIndex.put(entry.index, entry);
    byEnd.add(entry);
    given.set(entry.index);
    entry.lease.number().ifPresent(number -> byNumber.put(number, entry));
  }

  private void forget(Entry entry) {
    byMac.remove(entry.lease.mac());
    byIndex.remove(entry.index);
    byEnd.remove(entry);
    given.clear(entry.index);
    entry.lease.number().ifPresent(number -> byNumber.remove(number, entry));
  }

  /** The addresses it hands out. */
  public AddressRange range() {
    return range;
  }

  /** How long an address holds that nobody renews. */
  public Duration leaseTime() {
    return leaseTime;
  }

  /**
   * Gives a device its address, or holds the one it has for longer.
   *
   * @param number the line that asks; empty for a device that is no phone of ours
   * @return completed when that will outlive a loss of power; empty if all addresses are held by
   *     others; exceptionally if it could not be written
   */
  public synchronized CompletionStage<Optional<AddressLease>> lease(
      MacAddress mac, Optional<PhoneNumber> number) {
    Instant now = now();
    releaseOther(mac, number);
    Entry entry = byMac.get(mac);
    if (entry == null) {
      Optional<Integer> index = free(mac, now);
      if (index.isEmpty()) {
        return CompletableFuture.completedFuture(Optional.empty());
      }
      Optional.ofNullable(byIndex.get(index.get())).ifPresent(this::forget); // it has run out
      AddressLease lease =
          new AddressLease(range.at(index.get()), mac, number, now.plus(leaseTime));
      entry = new Entry(index.get(), lease, store.write(lease));
      remember(entry);
    } else {
      hold(entry, number, now);
    }
    entry.devices |= number.isEmpty();
    AddressLease lease = entry.lease;
    return entry.written.thenApply(written -> Optional.of(lease));
  }

  /**
   * What {@link #lease} would give a device now, without giving it; two devices may be offered the
   * same. Empty if all addresses are held by others.
   */
  public synchronized Optional<AddressLease> offer(MacAddress mac) {
    Instant now = now();
    Entry entry = byMac.get(mac);
    Optional<InetAddress> address =
        entry == null ? free(mac, now).map(range::at) : Optional.of(entry.lease.address());
    return address.map(a -> new AddressLease(a, mac, Optional.empty(), now.plus(leaseTime)));
  }

  /**
   * A device that is no phone of ours has found its address in use by another one: nobody gets that
   * until the switch starts again, and the device another. One at a time for each device, so that
   * nobody can empty the pool this way.
   *
   * @return whether it was the device's
   */
  public synchronized boolean setAside(MacAddress mac, InetAddress address) {
    Entry entry = byMac.get(mac);
    if (entry == null
        || !entry.lease.address().equals(address)
        || entry.lease.number().isPresent()) {
      return false;
    }
    release(entry, now());
    forget(entry);
    given.set(entry.index);
    Integer before = aside.put(mac, entry.index);
    if (before != null) {
      given.clear(before);
    }
    return true;
  }

  /**
   * Holds an address for longer, if it is this device's, or was and is nobody else's. As with
   * {@link #lease}, the line that asks has no other device's address from then on.
   *
   * @param number the line that asks
   * @return whether it is the device's now; durable within a moment
   */
  public synchronized boolean renew(MacAddress mac, PhoneNumber number, InetAddress address) {
    Entry entry = byMac.get(mac);
    if (entry == null || !entry.lease.address().equals(address)) {
      return false;
    }
    releaseOther(mac, Optional.of(number));
    hold(entry, Optional.of(number), now());
    return true;
  }

  private void releaseOther(MacAddress mac, Optional<PhoneNumber> number) {
    number
        .map(byNumber::get)
        .filter(e -> !e.lease.mac().equals(mac))
        .ifPresent(e -> release(e, e.devices ? e.lease.until() : now()));
  }

  /** Whose an address is at this moment. */
  public synchronized Optional<AddressLease> find(InetAddress address) {
    return range
        .indexOf(address)
        .map(byIndex::get)
        .map(e -> e.lease)
        .filter(lease -> lease.holdsAt(now()));
  }

  /** When the first address runs out that somebody holds: when one is free at the earliest. */
  public synchronized Duration nextFree() {
    return byEnd.isEmpty()
        ? Duration.ZERO
        : Duration.between(now(), byEnd.first().lease.until()).plusSeconds(1);
  }

  /** How many addresses are held. */
  public synchronized int held() {
    Instant now = now();
    return (int) byEnd.stream().filter(e -> e.lease.holdsAt(now)).count();
  }

  private Instant now() {
    return Instant.ofEpochMilli(clock.epochMillis());
  }

  /** The same device gets the same one from an empty pool too, unless that was given away. */
  private Optional<Integer> free(MacAddress mac, Instant now) {
    int size = range.size();
    int from = Math.floorMod(mac.hashCode() * 0x9E37_79B9, size);
    int index = given.nextClearBit(from);
    if (index >= size) {
      index = given.nextClearBit(0);
    }
    if (index < size) {
      return Optional.of(index);
    }
    return byEnd.isEmpty() || byEnd.first().lease.holdsAt(now)
        ? Optional.empty()
        : Optional.of(byEnd.first().index);
  }

  /** Writes only when half of the time is over: each registration of each phone comes by here. */
  private void hold(Entry entry, Optional<PhoneNumber> number, Instant now) {
    AddressLease before = entry.lease;
    entry.devices &= before.holdsAt(now);
    boolean others = before.number().isPresent() && before.holdsAt(now);
    Optional<PhoneNumber> first = others ? before.number() : number.or(before::number);
    boolean failed = entry.written.toCompletableFuture().isCompletedExceptionally();
    if (!failed
        && first.equals(before.number())
        && before.until().isAfter(now.plus(leaseTime.dividedBy(2)))) {
      return;
    }
    replace(entry, new AddressLease(before.address(), before.mac(), first, now.plus(leaseTime)));
  }

  private void release(Entry entry, Instant until) {
    AddressLease before = entry.lease;
    replace(entry, new AddressLease(before.address(), before.mac(), Optional.empty(), until));
  }

  private void replace(Entry entry, AddressLease lease) {
    forget(entry);
    entry.lease = lease;
    entry.written = store.write(lease);
    remember(entry);
  }

  @Override
  public void close() {
    store.close();
  }
}
