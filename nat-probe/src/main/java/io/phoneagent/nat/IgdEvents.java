// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import io.phoneagent.spi.HttpQuestion;
import io.phoneagent.spi.ProbeContext;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.URI;
import java.util.Locale;
import java.util.Random;
import java.util.function.Consumer;

/** Hears the events of one service: carries a {@link Subscribing} out. */
final class IgdEvents {
  private final ProbeContext context;
  private final URI events;
  private final EventDoor door;
  private final String path;
  private Subscribing state = new Subscribing.Over();
  private Runnable cancelTimer = () -> {};

  /**
   * Opens the door; {@link #begin} subscribes.
   *
   * @param events where the service takes subscriptions
   * @param random gives the path that the events go to, which nobody else is to guess
   * @throws IOException if the network takes no connections
   */
  IgdEvents(
      ProbeContext context,
      Inet4Address own,
      Inet4Address gateway,
      URI events,
      Random random,
      Consumer<IgdEvent> heard)
      throws IOException {
    this.context = context;
    this.events = events;
    this.path = String.format(Locale.ROOT, "/%016x%016x", random.nextLong(), random.nextLong());
    this.door = new EventDoor(context, own, gateway, path, this::isOurs, heard);
  }

  /** The first event may come before the answer that names the subscription. */
  private boolean isOurs(String id) {
    if (state instanceof Subscribing.Subscribed subscribed) {
      return subscribed.id().equals(id);
    }
    return state instanceof Subscribing.Renewing renewing
        ? renewing.id().equals(id)
        : state instanceof Subscribing.Asking;
  }

  /** Subscribes. */
  void begin() {
    carryOut(new Subscribing.Step(new Subscribing.Asking(0), new Subscribing.Effect.Subscribe()));
  }

  private void on(Subscribing.Event event) {
    carryOut(state.on(event));
  }

  private void carryOut(Subscribing.Step step) {
    if (!step.next().equals(state)) {
      cancelTimer.run();
      state = step.next();
      Subscribing.patience(state)
          .ifPresent(
              after ->
                  cancelTimer = context.schedule(after, () -> on(new Subscribing.Event.Due())));
    }
    if (step.effect() instanceof Subscribing.Effect.Subscribe) {
      ask(GenaCodec.subscribe(events, door.local(), path));
    } else if (step.effect() instanceof Subscribing.Effect.Renew renew) {
      ask(GenaCodec.renew(events, renew.id()));
    } else if (step.effect() instanceof Subscribing.Effect.Unsubscribe unsubscribe) {
      // Unheard it ends by itself.
      Asked.of(context, GenaCodec.unsubscribe(events, unsubscribe.id()), answer -> {}, why -> {});
    }
  }

  private void ask(HttpQuestion question) {
    Asked.of(
        context,
        question,
        answer -> on(GenaCodec.read(answer)),
        why -> on(new Subscribing.Event.Refused()));
  }

  /** Hears no more. */
  void close() {
    door.close();
    on(new Subscribing.Event.End());
  }
}
