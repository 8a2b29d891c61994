// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch;

import io.phoneagent.PublicAddress;
import io.phoneagent.dnsswitch.place.DnsUpdate;
import io.phoneagent.dnsswitch.place.LeadingName;
import io.phoneagent.dnsswitch.place.PageClient;
import io.phoneagent.dnsswitch.place.PlaceWatch;
import io.phoneagent.dnsswitch.place.PublicPlace;
import io.phoneagent.protocol.AddressLiteral;
import io.phoneagent.runtime.NioLoop;
import io.phoneagent.runtime.SystemNetwork;
import io.phoneagent.spi.AddressProvider;
import io.phoneagent.spi.PublicRanges;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the public address of the gateway before the switch: whoever registers, is registered, or
 * looks the name up, hears of a change.
 */
final class MovingPlace implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(MovingPlace.class);

  private final NioLoop loop;
  private final PublicPlace place;
  private final Path kept;
  private final Signalling signalling;
  private final ExecutorService blocking =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "dns-switch-place");
            thread.setDaemon(true);
            return thread;
          });
  private final Optional<LeadingName> name;
  private Optional<PlaceWatch> watch = Optional.empty();
  private boolean closed;
  private volatile String unknown = "";

  private MovingPlace(
      SwitchSettings settings, NioLoop loop, PublicPlace place, Path kept, Signalling signalling)
      throws IOException {
    this.loop = loop;
    this.place = place;
    this.kept = kept;
    this.signalling = signalling;
    this.name =
        settings.dnsRecord().isPresent()
            ? Optional.of(name(settings.dnsRecord().get(), blocking, loop))
            : Optional.empty();
  }

  /** Nothing where the place does not change and no name leads to it. */
  static Optional<MovingPlace> start(
      SwitchSettings settings, NioLoop loop, PublicPlace place, Path kept, Signalling signalling)
      throws IOException {
    if (settings.probes().isEmpty() && settings.dnsRecord().isEmpty()) {
      return Optional.empty();
    }
    MovingPlace moving = new MovingPlace(settings, loop, place, kept, signalling);
    loop.execute(() -> moving.begin(settings));
    return Optional.of(moving);
  }

  private static LeadingName name(DnsRecord record, Executor blocking, NioLoop loop)
      throws IOException {
    return new LeadingName(
        new DnsUpdate(record.name(), record.server(), record.port(), record.key()),
        blocking,
        loop,
        now -> LOG.info("{} at the name server {}: {}", record.name(), record.server(), now));
  }

  private void begin(SwitchSettings settings) {
    if (closed) {
      return;
    }
    // What an earlier run of the switch knew is registered, and led to, as it was.
    place.address().ifPresent(a -> name.ifPresent(n -> n.lead(a)));
    if (settings.probes().isEmpty()) {
      return;
    }
    PlaceWatch made =
        new PlaceWatch(
            loop,
            new SystemNetwork(loop),
            new PageClient(loop),
            AddressProvider.operatingSystem(),
            PublicRanges.alsoTreating(settings.treatAsPublic()),
            settings.probes(),
            settings.checkEvery(),
            new PlaceWatch.Listener() {
              @Override
              public void found(PublicAddress address, String cause) {
                unknown = "";
                MovingPlace.this.found(address.address(), cause);
              }

              @Override
              public void unknown(String why) {
                unknown = why;
                LOG.warn("the public address cannot be found out: {}", why);
              }
            });
    watch = Optional.of(made);
    made.start();
  }

  /** Not after it was closed: its watch is closed with it. */
  private void found(InetAddress address, String cause) {
    Optional<InetAddress> before = place.address();
    if (before.equals(Optional.of(address))) {
      LOG.info("the switch is at {}, says {}", AddressLiteral.format(address), cause);
      return;
    }
    String moved =
        before
                .map(b -> "the switch moved from " + AddressLiteral.format(b) + " to ")
                .orElse("the switch is at ")
            + AddressLiteral.format(address);
    LOG.info("{}, says {}", moved, cause);
    place.moved(address);
    name.ifPresent(n -> n.lead(address));
    signalling.moved(moved);
    blocking.execute(() -> keep(address));
  }

  private void keep(InetAddress address) {
    try {
      PublicPlace.keep(kept, address);
    } catch (IOException e) {
      LOG.warn("the public address cannot be kept in {}: {}", kept, e.toString());
    }
  }

  /** What monitoring is told, on any thread. */
  Map<String, String> forPeople() {
    Map<String, String> said = new LinkedHashMap<>();
    if (!unknown.isEmpty()) {
      said.put("publicAddressUnknown", unknown);
    }
    name.ifPresent(n -> said.put("dns", n.state()));
    return said;
  }

  @Override
  public void close() {
    loop.execute(
        () -> {
          closed = true;
          watch.ifPresent(PlaceWatch::close);
          name.ifPresent(LeadingName::close);
          blocking.shutdownNow();
        });
  }
}
