// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.place;

import io.phoneagent.Lease;
import io.phoneagent.PublicAddress;
import io.phoneagent.nat.NamedProbe;
import io.phoneagent.nat.ProbeRounds;
import io.phoneagent.nat.Verdict;
import io.phoneagent.runtime.Loop;
import io.phoneagent.runtime.Timer;
import io.phoneagent.spi.AddressProvider;
import io.phoneagent.spi.AddressSource;
import io.phoneagent.spi.HttpExchange;
import io.phoneagent.spi.NetworkBinding;
import io.phoneagent.spi.PublicAddressProbe;
import io.phoneagent.spi.PublicRanges;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Watches the public address of the gateway that the switch stands behind, by the same sources and
 * the same verdict as a phone does. Nobody outside decides where sources disagree; so they are
 * asked again at once, and their weight decides at the third round. On one loop.
 */
public final class PlaceWatch implements AutoCloseable {
  private static final Duration IN_DOUBT = Duration.ofMillis(500);
  // Phones are told of each change: a gateway that is out of its mind must not drown them.
  private static final Duration BETWEEN_CHANGES = Duration.ofSeconds(1);

  /** Told on the loop. */
  public interface Listener {

    /** The public address is another one than before, or known for the first time. */
    void found(PublicAddress address, String cause);

    /** No source can say it; once for each reason. What was known stays. */
    void unknown(String why);
  }

  private final Loop loop;
  private final Duration interval;
  private final Listener listener;
  private final WatchTools tools;
  private final ProbeRounds rounds;
  private final AddressSource own;
  private Optional<Lease> lease = Optional.empty();
  private Optional<PublicAddress> held = Optional.empty();
  private String unknown = "";
  private String cause = "";
  private long changedAt;
  private Timer next = () -> {};
  private boolean closed;

  /**
   * Does nothing until it is started.
   *
   * @param own says the switch's own address and its gateway
   * @param ranges which addresses count as public
   * @param sources at least one
   * @param interval how often they are asked
   */
  public PlaceWatch(
      Loop loop,
      NetworkBinding network,
      HttpExchange http,
      AddressProvider own,
      PublicRanges ranges,
      List<PublicAddressProbe> sources,
      Duration interval,
      Listener listener) {
    this.loop = loop;
    this.interval = interval;
    this.listener = listener;
    this.tools = new WatchTools(loop, network, http, ranges, this::askNow);
    this.rounds = new ProbeRounds(loop, (under, verdict) -> told(verdict), this::ask, () -> {});
    this.own = own.create(tools);
    List<NamedProbe> made = new ArrayList<>();
    for (PublicAddressProbe source : sources) {
      made.add(NamedProbe.create(source, tools, loop));
    }
    rounds.use(made);
  }

  /** Begins; to be called once. */
  public void start() {
    own.start(
        new AddressSource.Listener() {
          @Override
          public void leased(Lease now, String why) {
            lease = Optional.of(now);
            ask();
          }

          @Override
          public void lost(String why) {
            lease = Optional.empty();
            next.cancel();
            rounds.cancel();
            notKnown("the switch has no address of its own: " + why);
          }
        });
  }

  private void askNow(String why) {
    cause = why;
    ask();
  }

  private void ask() {
    if (closed || !lease.isPresent()) {
      return;
    }
    askIn(interval);
    rounds.ask(lease.get(), held);
  }

  private void askIn(Duration delay) {
    next.cancel();
    next = loop.schedule(delay, this::ask);
  }

  private void told(Verdict verdict) {
    if (closed) {
      return;
    }
    if (verdict instanceof Verdict.Known known) {
      unknown = "";
      take(known.address());
    } else if (verdict instanceof Verdict.Doubtful) {
      askIn(IN_DOUBT);
    } else if (verdict instanceof Verdict.Unknown nothing) {
      notKnown(nothing.why());
    }
  }

  private void take(PublicAddress address) {
    boolean same = held.isPresent() && held.get().address().equals(address.address());
    if (same) {
      held = Optional.of(address);
      cause = "";
      return;
    }
    Duration since = Duration.ofNanos(loop.nanos() - changedAt);
    if (held.isPresent() && since.compareTo(BETWEEN_CHANGES) < 0) {
      askIn(BETWEEN_CHANGES.minus(since));
      return;
    }
    held = Optional.of(address);
    changedAt = loop.nanos();
    String why = address.source() + (cause.isEmpty() ? "" : ", after " + cause);
    cause = "";
    listener.found(address, why);
  }

  private void notKnown(String why) {
    if (!unknown.equals(why)) {
      unknown = why;
      listener.unknown(why);
    }
  }

  @Override
  public void close() {
    closed = true;
    next.cancel();
    rounds.cancel();
    rounds.probes().forEach(p -> p.probe().close());
    own.close();
    tools.close();
  }
}
