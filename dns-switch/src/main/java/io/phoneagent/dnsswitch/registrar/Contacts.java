// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.registrar;

import io.phoneagent.PhoneNumber;
import io.phoneagent.Transport;
import io.phoneagent.dnsswitch.store.DurableStore;
import io.phoneagent.dnsswitch.store.SqliteTable;
import io.phoneagent.flow.FlowSource;
import io.phoneagent.runtime.Clock;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The contacts of plain phones as they are now. Owned by the loop. */
public final class Contacts {
  private static final Logger LOG = LoggerFactory.getLogger(Contacts.class);

  /** A desk phone, a mobile one, some programs. Beyond it the one heard of least recently goes. */
  static final int MOST_OF_ONE = 10;

  /** How many turns there are of {@link #behindNats}. */
  static final int TURNS = 20;

  // A phone behind a NAT refreshes each half minute: not each time is the file told.
  private static final Duration KEPT_LONGER = Duration.ofMinutes(5);

  private final DurableStore<Contact> store;
  private final Clock clock;
  // Most numbers have one contact, and most sources one number: both have the smallest form then.
  private final Map<PhoneNumber, List<Contact>> byNumber = new HashMap<>();
  private final Map<FlowSource, Set<PhoneNumber>> bySource = new HashMap<>();
  private final Set<Contact.Place> silent = new HashSet<>();
  // Numbers of contacts that a NAT lies before, by their turn, and some whose contacts have moved.
  private final Map<Integer, Set<PhoneNumber>> behindNats = new HashMap<>();
  private int size;

  /** None yet; see {@link #restore}. */
  public Contacts(DurableStore<Contact> store, Clock clock) {
    this.store = store;
    this.clock = clock;
  }

  /**
   * Opens or makes a SQLite file of contacts.
   *
   * @throws io.phoneagent.PhoneAgentException if it cannot be, or was written by a later version
   */
  public static DurableStore<Contact> store(Path file) {
    return SqliteTable.open(file, new ContactRow());
  }

  /**
   * Takes up those of an earlier run.
   *
   * @param datagrams the source that datagrams from an address are likely to be now
   */
  public void restore(Function<InetSocketAddress, FlowSource> datagrams) {
    for (Contact kept : store.load()) {
      if (isLive(kept)) {
        put(kept.at(datagrams.apply(kept.path().address())));
      } else {
        store.writeSoon(kept.gone());
      }
    }
    LOG.info("{} contacts of plain phones are registered", size);
  }

  private boolean isLive(Contact contact) {
    return contact.until().toEpochMilli() > clock.epochMillis();
  }

  Instant now() {
    return Instant.ofEpochMilli(clock.epochMillis());
  }

  /** How many there are. */
  public int size() {
    return size;
  }

  /** Those of a number, the one that was bound first at first. */
  public List<Contact> of(PhoneNumber number) {
    List<Contact> all = all(number);
    for (Contact one : all) {
      if (!isLive(one)) {
        return all.stream().filter(this::isLive).toList();
      }
    }
    return all;
  }

  private List<Contact> all(PhoneNumber number) {
    return byNumber.getOrDefault(number, List.of());
  }

  /** One of a number. */
  public Optional<Contact> find(PhoneNumber number, String id) {
    for (Contact one : all(number)) {
      if (one.id().equals(id)) {
        return isLive(one) ? Optional.of(one) : Optional.empty();
      }
    }
    return Optional.empty();
  }

  /** One that a request has bound, if it is still as that has left it, and written. */
  Optional<Contact> leftBy(Contact.Order request, PhoneNumber number, FlowSource from) {
    for (Contact one : all(number)) {
      if (one.isLeftBy(request, from) && isLive(one)) {
        return Optional.of(one);
      }
    }
    return Optional.empty();
  }

  /** Those that are reached at a source. */
  public List<Contact> at(FlowSource source) {
    List<Contact> found = new ArrayList<>();
    for (PhoneNumber number : bySource.getOrDefault(source, Set.of())) {
      for (Contact one : of(number)) {
        if (one.path().equals(source)) {
          found.add(one);
        }
      }
    }
    return found;
  }

  /** Whether a contact did not answer when it was last called. */
  public boolean isSilent(PhoneNumber number, String id) {
    return silent.contains(new Contact.Place(number, id));
  }

  /** A contact has answered its call, or not. */
  public void silent(PhoneNumber number, String id, boolean now) {
    if (now && find(number, id).isPresent()) {
      silent.add(new Contact.Place(number, id));
    } else {
      silent.remove(new Contact.Place(number, id));
    }
  }

  /**
   * Binds a contact, in the place of what it supersedes.
   *
   * @return completed when a restart would not lose it
   */
  CompletionStage<Void> bind(Contact made) {
    Optional<Contact> before = find(made.number(), made.id());
    Contact contact = before.map(b -> made.sharing(b, kept(made, b))).orElse(made);
    for (Contact other : all(contact.number())) {
      // One flow is one device: it has been started anew, and names itself otherwise.
      boolean superseded =
          other.path().equals(contact.path())
              && other.routes().isEmpty()
              && !other.order().callId().equals(contact.order().callId());
      if (!other.id().equals(contact.id()) && superseded) {
        remove(other, "superseded");
      }
    }
    put(contact);
    if (!silent.isEmpty()) {
      silent.remove(contact.place());
    }
    crowdOut(contact);
    if (before.filter(b -> b.path().equals(contact.path())).isEmpty()) {
      LOG.info("{} is reached at {} by {}", contact.number(), contact.path(), contact.userAgent());
    }
    if (contact.path().transport().isStream()) {
      before
          .filter(b -> !b.path().transport().isStream())
          .ifPresent(b -> store.writeSoon(b.gone()));
      return CompletableFuture.completedFuture(null);
    }
    if (before.filter(contact::leadsWhere).filter(Contact::isKept).isEmpty()) {
      return store.write(contact);
    }
    if (!contact.kept().equals(before.get().kept())) {
      store.writeSoon(contact); // at worst it ends when it would have ended without this refresh
    }
    return CompletableFuture.completedFuture(null);
  }

  /** What a request has bound could not be written: the next refresh has to be. */
  void notKept(Contact.Order request, PhoneNumber number) {
    of(number).stream()
        .filter(c -> c.order().equals(request))
        .forEach(c -> put(c.sharing(c, Instant.EPOCH)));
  }

  /**
   * The file has each refresh that it knows nothing of for longer than was asked for, so that the
   * next ones need not be written; one that shortens the time is. A phone that leaves is deleted;
   * one that is gone without a word rings in vain that much longer after a restart.
   */
  private static Instant kept(Contact made, Contact before) {
    if (!made.leadsWhere(before)) {
      return made.kept();
    }
    Instant longest = made.until().plus(KEPT_LONGER);
    boolean known = !made.until().isAfter(before.kept()) && !before.kept().isAfter(longest);
    return known ? before.kept() : longest;
  }

  /** A connection is gone, and with it what was reached over it. */
  public void closed(FlowSource connection) {
    at(connection).forEach(c -> remove(c, "its connection is closed"));
  }

  private void crowdOut(Contact latest) {
    while (all(latest.number()).size() > MOST_OF_ONE) {
      Contact first =
          all(latest.number()).stream()
              .filter(c -> !c.id().equals(latest.id()))
              .min(Comparator.comparing(Contact::until))
              .orElseThrow();
      remove(first, "crowded out");
    }
  }

  private void put(Contact contact) {
    List<Contact> all = all(contact.number());
    for (Contact before : all) {
      if (before.id().equals(contact.id())) {
        byNumber.put(contact.number(), with(all, before, contact));
        if (!before.leadsWhere(contact) || !isLive(before)) {
          keepOpen(contact);
        }
        if (!before.path().equals(contact.path())) {
          leave(before);
          enter(contact);
        }
        return;
      }
    }
    List<Contact> more = new ArrayList<>(all);
    more.add(contact);
    byNumber.put(contact.number(), List.copyOf(more));
    size++;
    keepOpen(contact);
    enter(contact);
  }

  private static List<Contact> with(List<Contact> all, Contact before, Contact now) {
    return all.size() == 1
        ? List.of(now)
        : all.stream().map(c -> c.id().equals(before.id()) ? now : c).toList();
  }

  private void enter(Contact contact) {
    Set<PhoneNumber> there = bySource.getOrDefault(contact.path(), Set.of());
    if (there.isEmpty()) {
      bySource.put(contact.path(), Set.of(contact.number()));
    } else if (!there.contains(contact.number())) {
      Set<PhoneNumber> several = there.size() == 1 ? new HashSet<>(there) : there;
      several.add(contact.number());
      bySource.put(contact.path(), several);
    }
  }

  /** What it was found by leads to it no more, unless another one of its number is there, too. */
  private void leave(Contact contact) {
    for (Contact other : all(contact.number())) {
      if (other.path().equals(contact.path())) {
        return;
      }
    }
    Set<PhoneNumber> there = bySource.getOrDefault(contact.path(), Set.of());
    if (there.size() > 1) {
      there.remove(contact.number());
    } else if (there.contains(contact.number())) {
      bySource.remove(contact.path());
    }
  }

  /** A contact is gone. */
  void remove(Contact contact, String cause) {
    List<Contact> left =
        all(contact.number()).stream().filter(c -> !c.id().equals(contact.id())).toList();
    if (left.size() == all(contact.number()).size()) {
      return;
    }
    if (left.isEmpty()) {
      byNumber.remove(contact.number());
    } else {
      byNumber.put(contact.number(), left);
    }
    size--;
    leave(contact);
    silent.remove(contact.place());
    LOG.info("{} is no longer reached at {}: {}", contact.number(), contact.path(), cause);
    if (!contact.path().transport().isStream()) {
      store.writeSoon(contact.gone());
    }
  }

  /**
   * Some of those that a NAT lies before and that do not keep it open themselves: each is among
   * them once in {@link #TURNS} turns.
   *
   * @param turn from 0, less than {@link #TURNS}
   */
  List<Contact> behindNats(int turn) {
    List<Contact> due = new ArrayList<>();
    behindNats.getOrDefault(turn, new HashSet<>()).removeIf(number -> !addBehindNat(number, due));
    return due;
  }

  private boolean addBehindNat(PhoneNumber number, List<Contact> due) {
    int before = due.size();
    all(number).stream().filter(this::isBehindNat).forEach(due::add);
    return due.size() > before;
  }

  private void keepOpen(Contact contact) {
    if (isBehindNat(contact)) {
      behindNats
          .computeIfAbsent(
              Math.floorMod(contact.number().hashCode(), TURNS), turn -> new HashSet<>())
          .add(contact.number());
    }
  }

  private boolean isBehindNat(Contact contact) {
    return contact.path().transport() == Transport.UDP
        && contact.regId().isEmpty()
        && isLive(contact)
        && contact.isBehindNat();
  }

  /** Forgets what has ended, and what belongs to no account any more. */
  void sweep(Predicate<PhoneNumber> hasAccount) {
    List<Contact> ended = new ArrayList<>();
    byNumber.forEach(
        (number, all) -> {
          boolean served = hasAccount.test(number);
          for (Contact one : all) {
            if (!served || !isLive(one)) {
              ended.add(one);
            }
          }
        });
    ended.forEach(c -> remove(c, isLive(c) ? "its account is gone" : "not registered again"));
  }
}
