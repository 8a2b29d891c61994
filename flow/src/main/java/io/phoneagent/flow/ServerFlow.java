// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.flow;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What the switch knows of one phone's flow: its keys, of which two overlap while a new one is
 * being taken into use, and its proven paths. Owned by the thread of its {@link FlowServer}.
 */
public final class ServerFlow {
  /**
   * Where none could be measured: what a long way, or a loss on it, takes. Who assumed none would
   * take a slow phone for a dead one.
   */
  static final Duration ASSUMED_ROUND_TRIP = Duration.ofMillis(300);

  private final String owner;
  private final List<KeyInUse> keys = new ArrayList<>(2); // the newest last
  private Optional<Path> current = Optional.empty();
  private Optional<Path> second = Optional.empty();
  private Duration roundTrip = ASSUMED_ROUND_TRIP;
  private int nonceMade;
  private Optional<MeasuredMapping> measured = Optional.empty();

  ServerFlow(String owner) {
    this.owner = owner;
  }

  /** Whose it is: the number it was registered for. */
  public String owner() {
    return owner;
  }

  /** Where the phone is reached. */
  public Optional<FlowSource> path() {
    return current.map(p -> p.remote);
  }

  /** An older path that still answered when the phone moved on. */
  public Optional<FlowSource> secondPath() {
    return second.map(p -> p.remote);
  }

  /** When something proven was last received on the current path, in the timers' nanoseconds. */
  public long heardAtNanos() {
    return current.map(p -> p.heardAt).orElse(0L);
  }

  /**
   * How long a question and its answer took at the last bind on this path that took less than a
   * second. Before any: 300 ms, or what it was on the path before, if that is longer.
   */
  public Duration roundTrip() {
    return roundTrip;
  }

  /** It moves: that its old path was short says nothing of the new one. */
  void roundTripUnknown() {
    if (roundTrip.compareTo(ASSUMED_ROUND_TRIP) < 0) {
      roundTrip = ASSUMED_ROUND_TRIP;
    }
  }

  void roundTrip(Duration measured) {
    roundTrip = measured;
  }

  /** Whether a nonce is not that of the last bind; from now on it is. */
  boolean isFirstUse(int made) {
    boolean first = made != nonceMade;
    nonceMade = made;
    return first;
  }

  Optional<MeasuredMapping> measured() {
    return measured;
  }

  void measure(Optional<MeasuredMapping> mapping) {
    measured = mapping;
  }

  /** Whether the current path has been proven since this switch started. */
  public boolean proven() {
    return current.isPresent() && current.get().proven;
  }

  /** The highest counter seen for a key; 0 for a key it does not have. */
  public long counter(String keyId) {
    return key(keyId).map(k -> k.counter).orElse(0L);
  }

  Optional<KeyInUse> key(String keyId) {
    for (KeyInUse key : keys) {
      if (key.key.id().equals(keyId)) {
        return Optional.of(key);
      }
    }
    return Optional.empty();
  }

  /** The newest key that has been used; else the newest. */
  Optional<KeyInUse> provingKey() {
    Optional<KeyInUse> newest = Optional.empty();
    for (KeyInUse key : keys) {
      if (key.used || !newest.isPresent() || !newest.get().used) {
        newest = Optional.of(key);
      }
    }
    return newest;
  }

  /** Adds a key; of the older ones only that in use is kept beside it. */
  List<String> addKey(KeyInUse added) {
    Optional<KeyInUse> kept = provingKey();
    List<String> dropped = drop(key -> !kept.equals(Optional.of(key)));
    keys.removeIf(key -> key.key.id().equals(added.key.id())); // given again
    keys.add(added);
    return dropped;
  }

  /** A key has proven a bind: those before it are dropped. */
  List<String> settleOn(KeyInUse proven) {
    proven.used = true;
    boolean[] before = {true};
    return drop(key -> before[0] &= key != proven);
  }

  private List<String> drop(Predicate<KeyInUse> which) {
    List<String> dropped = new ArrayList<>(1);
    for (Iterator<KeyInUse> all = keys.iterator(); all.hasNext(); ) {
      KeyInUse key = all.next();
      if (which.test(key)) {
        all.remove();
        dropped.add(key.key.id());
      }
    }
    return dropped;
  }

  List<String> keyIds() {
    List<String> ids = new ArrayList<>(keys.size());
    keys.forEach(k -> ids.add(k.key.id()));
    return ids;
  }

  Optional<Path> current() {
    return current;
  }

  Optional<Path> second() {
    return second;
  }

  void setCurrent(Path path) {
    current = Optional.of(path);
    second = second.filter(p -> !p.remote.equals(path.remote));
  }

  void forgetSecond(FlowSource remote) {
    second = second.filter(p -> !p.remote.equals(remote));
  }

  void setSecond(Path path) {
    second = Optional.of(path);
  }

  /** A second mapping of the phone's firewall, through which no call goes. */
  static final class MeasuredMapping {
    final FlowSource source;
    long usedAt;
    long minute;
    int asks;

    MeasuredMapping(FlowSource source, long usedAt) {
      this.source = source;
      this.usedAt = usedAt;
      this.minute = usedAt;
    }
  }

  static final class Path {
    final FlowSource remote;
    long heardAt;
    boolean proven;

    Path(FlowSource remote, long heardAt, boolean proven) {
      this.remote = remote;
      this.heardAt = heardAt;
      this.proven = proven;
    }
  }

  static final class KeyInUse {
    final FlowKey key;
    long counter;
    boolean used;
    TransactionId lastBind = new TransactionId(0, 0);

    KeyInUse(FlowKey key, long counter, boolean used) {
      this.key = key;
      this.counter = counter;
      this.used = used;
    }
  }
}
