// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import io.phoneagent.MacAddress;
import io.phoneagent.PhoneAgentException;
import io.phoneagent.protocol.MessageReader;
import io.phoneagent.spi.HttpAnswer;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The unique addresses of a device, one from each switch and for all its lines: asked for once, and
 * again when the switch no longer knows it. Thread-safe.
 */
final class UniqueAddresses {
  private record Holder(URI dnsSwitch, MacAddress device) {}

  private final Map<Holder, InetAddress> known = new ConcurrentHashMap<>();
  private final BooleanSupplier wanted;
  private final Consumer<String> lacking;

  /**
   * None yet.
   *
   * @param wanted whether the device is to have one, at the moment
   * @param lacking told why there is none though it is wanted
   */
  UniqueAddresses(BooleanSupplier wanted, Consumer<String> lacking) {
    this.wanted = wanted;
    this.lacking = lacking;
  }

  /**
   * The device's address at this switch; empty if none is wanted or the switch has none to give.
   *
   * @param ask asks the switch
   */
  CompletionStage<Optional<InetAddress>> of(
      URI dnsSwitch, MacAddress device, Supplier<CompletionStage<HttpAnswer>> ask) {
    if (!wanted.getAsBoolean()) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
    Holder holder = new Holder(dnsSwitch, device);
    Optional<InetAddress> before = Optional.ofNullable(known.get(holder));
    return before.isPresent()
        ? CompletableFuture.completedFuture(before)
        : ask.get().thenApply(answer -> learned(holder, answer));
  }

  private Optional<InetAddress> learned(Holder holder, HttpAnswer answer) {
    if (answer.status() != 200) {
      lacking.accept(
          answer.status() == 404 || answer.status() == 405
              ? holder.dnsSwitch() + " hands out no unique addresses"
              : answer.status() + " " + SwitchRegistrar.detail(answer));
      return Optional.empty();
    }
    try {
      InetAddress address =
          MessageReader.addressAnswer(answer.body().getBytes(StandardCharsets.UTF_8))
              .uniqueAddress();
      known.put(holder, address);
      return Optional.of(address);
    } catch (PhoneAgentException e) {
      lacking.accept("what answers there is no DNS switch: " + e.getMessage());
      return Optional.empty();
    }
  }

  /** The switch says that it is not the device's; whether it had been taken for that. */
  boolean forget(URI dnsSwitch, MacAddress device) {
    return known.remove(new Holder(dnsSwitch, device)) != null;
  }
}
