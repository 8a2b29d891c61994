// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.flow;

import io.phoneagent.PhoneNumber;
import io.phoneagent.dnsswitch.registry.Binding;
import io.phoneagent.dnsswitch.registry.FlowPaths;
import io.phoneagent.dnsswitch.registry.KeyState;
import io.phoneagent.dnsswitch.registry.Registry;
import io.phoneagent.dnsswitch.registry.RegistryListener;
import io.phoneagent.dnsswitch.registry.VerifiedPath;
import io.phoneagent.flow.FlowKey;
import io.phoneagent.flow.FlowServer;
import io.phoneagent.flow.FlowSource;
import io.phoneagent.flow.ServerFlow;
import io.phoneagent.runtime.Loop;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;

/**
 * The flows of all registered phones. Told by the registry who may bind with which key; tells the
 * registry where each phone is. Owned by the loop.
 */
public final class PhoneFlows implements RegistryListener {
  // After a restart: 4,000 phones a second, so that a large switch does not drown in the answers
  // and 10,000 phones can be called three seconds later.
  private static final int CHALLENGES_AT_ONCE = 40;
  private static final Duration CHALLENGE_PAUSE = Duration.ofMillis(10);

  /** Told that a phone is reached through another path from now on. */
  @FunctionalInterface
  public interface MoveListener {
    /** The number's flow runs through its new path. */
    void moved(PhoneNumber number);
  }

  private final Registry registry;
  private final Loop loop;
  private final FlowServer server;
  private final MoveListener moves;

  /** No flows yet; call {@link #restore} when the socket is open. */
  public PhoneFlows(
      Registry registry, Loop loop, FlowServer.Output output, MoveListener moves, Random random) {
    this.registry = registry;
    this.loop = loop;
    this.moves = moves;
    this.server = new FlowServer(loop, output, new Binds(), random);
  }

  /**
   * Takes up the flows of an earlier run; each phone is asked to prove that it is still there.
   *
   * @param datagrams the source that datagrams from an address are likely to be now
   */
  public void restore(Function<InetSocketAddress, FlowSource> datagrams) {
    Deque<ServerFlow> unproven = new ArrayDeque<>();
    for (Binding binding : registry.bindings()) {
      String owner = binding.number().e164();
      Optional<FlowSource> path =
          binding
              .paths()
              .current()
              .map(
                  p ->
                      p.transport().isStream()
                          ? new FlowSource(p.transport(), p.source())
                          : datagrams.apply(p.source()));
      List<KeyState> keys = new ArrayList<>();
      if (!binding.bound()) {
        binding.previous().ifPresent(keys::add);
      }
      keys.add(binding.current());
      boolean first = true;
      for (KeyState key : keys) {
        if (first && (binding.bound() || binding.previous().isPresent())) {
          server.restore(owner, flowKey(key), key.counter(), path);
        } else {
          server.addKey(owner, flowKey(key));
        }
        first = false;
      }
      server.of(owner).ifPresent(unproven::add);
    }
    challenge(unproven);
  }

  private void challenge(Deque<ServerFlow> unproven) {
    for (int i = 0; i < CHALLENGES_AT_ONCE; i++) {
      ServerFlow flow = unproven.poll();
      if (flow == null) {
        return;
      }
      // A connection did not outlive the switch; its phone will open another one.
      boolean stream = flow.path().filter(p -> p.transport().isStream()).isPresent();
      if (!flow.proven() && !stream) {
        server.challenge(flow);
      }
    }
    loop.schedule(CHALLENGE_PAUSE, () -> challenge(unproven));
  }

  private static FlowKey flowKey(KeyState state) {
    return new FlowKey(
        state.key().keyId(), () -> Base64.getEncoder().encodeToString(state.key().key()));
  }

  /** A connection is gone. */
  public void closed(FlowSource connection) {
    server.closed(connection);
  }

  /** The phone's assigned endpoint is another one: it is told on the flow that it has. */
  public void relocated(Binding binding) {
    server.relocated(
        binding.number().e164(),
        binding.endpoint().endpoint().socketAddress(),
        loop.clock().epochMillis());
  }

  /** A STUN message came in. */
  public void received(ByteBuffer message, FlowSource source) {
    server.received(message, source);
  }

  /** Where a phone is reached, if its flow has ever been bound. */
  public Optional<FlowSource> path(PhoneNumber number) {
    return server.of(number.e164()).flatMap(ServerFlow::path);
  }

  /** How many phones have proven where they are since the switch started. */
  public int proven() {
    return server.proven();
  }

  /** Asks a phone to prove that it is still there; {@link #heardAtNanos} tells that it did. */
  public void challenge(PhoneNumber number) {
    server.of(number.e164()).ifPresent(server::challenge);
  }

  /** How long a question to a phone and its answer take, as last measured. */
  public Duration roundTrip(PhoneNumber number) {
    return server.of(number.e164()).map(ServerFlow::roundTrip).orElse(Duration.ZERO);
  }

  /** When something proven last came from a phone, in the loop's nanoseconds. */
  public long heardAtNanos(PhoneNumber number) {
    return server.of(number.e164()).map(ServerFlow::heardAtNanos).orElse(0L);
  }

  /** Whose proven path this source is. */
  public Optional<PhoneNumber> at(FlowSource source) {
    return server.at(source).map(f -> new PhoneNumber(f.owner()));
  }

  /**
   * Whether another phone has proven since that it is at a path of this one: a firewall has given
   * the port away, or a provider the address.
   */
  public boolean isAnothers(FlowSource path, PhoneNumber number) {
    return at(path).filter(there -> !there.equals(number)).isPresent();
  }

  @Override
  public void registered(Binding binding) {
    server.addKey(binding.number().e164(), flowKey(binding.current()));
  }

  @Override
  public void removed(Binding last, String cause) {
    server.remove(last.number().e164());
  }

  private final class Binds implements FlowServer.Listener {
    @Override
    public void bound(ServerFlow flow, String keyId, Optional<FlowSource> before) {
      PhoneNumber number = new PhoneNumber(flow.owner());
      FlowSource now = flow.path().orElseThrow();
      boolean moved = !before.equals(Optional.of(now));
      String cause = "";
      if (moved) {
        cause =
            before.isPresent()
                ? "flow moved from " + before.get() + " to " + now
                : "flow opened from " + now;
      }
      if (!moved && now.transport().isStream() && isInUse(number, keyId)) {
        registry.counterUsed(keyId, flow.counter(keyId)); // a keep-alive
        return;
      }
      registry.flowMoved(keyId, paths(flow, number), flow.counter(keyId), cause);
      if (moved) {
        moves.moved(number);
      }
    }

    @Override
    public void answered(ServerFlow flow) {
      PhoneNumber number = new PhoneNumber(flow.owner());
      registry
          .find(number)
          .map(b -> b.bound() ? b.current() : b.previous().orElse(b.current()))
          .map(k -> k.key().keyId())
          .ifPresent(
              keyId -> registry.flowMoved(keyId, paths(flow, number), flow.counter(keyId), ""));
    }
  }

  private FlowPaths paths(ServerFlow flow, PhoneNumber number) {
    List<VerifiedPath> lastGood = new ArrayList<>();
    Optional<VerifiedPath> before = Optional.empty();
    Optional<Binding> binding = registry.find(number);
    if (binding.isPresent()) {
      before = binding.get().paths().current();
      lastGood.addAll(binding.get().paths().lastGood());
    }
    Optional<VerifiedPath> current = flow.path().map(this::verified);
    if (before.isPresent() && current.isPresent() && !isSamePath(before.get(), current.get())) {
      lastGood.add(0, before.get());
    }
    return new FlowPaths(current, flow.secondPath().map(this::verified), lastGood);
  }

  private static boolean isSamePath(VerifiedPath one, VerifiedPath other) {
    return one.source().equals(other.source()) && one.transport() == other.transport();
  }

  private boolean isInUse(PhoneNumber number, String keyId) {
    return registry
        .find(number)
        .filter(b -> b.bound() && b.current().key().keyId().equals(keyId))
        .isPresent();
  }

  private VerifiedPath verified(FlowSource path) {
    return new VerifiedPath(
        path.address(), path.transport(), Instant.ofEpochMilli(loop.clock().epochMillis()));
  }
}
