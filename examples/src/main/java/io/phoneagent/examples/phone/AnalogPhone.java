// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.phone;

import io.phoneagent.PhoneAgent;
import io.phoneagent.StopMode;
import io.phoneagent.registration.AnalogLine;
import io.phoneagent.runtime.Clock;
import io.phoneagent.runtime.Loop;
import io.phoneagent.spi.NetworkBinding;
import java.io.OutputStream;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** A plain telephone at a line of an agent: the switch is its call agent, by MGCP. */
final class AnalogPhone implements Telephone {
  private static final String KNOWN = Handset.KNOWN + ", explain, quit";

  private final EventLog log;
  private final PrintedPort port;
  private final PhoneSettings settings;
  private final AnalogLine telephone;
  private final PhoneAgent agent;
  private final CountDownLatch quitting = new CountDownLatch(1);
  private final AtomicBoolean ending = new AtomicBoolean();
  private Optional<PhoneMedia> media = Optional.empty(); // the agent's loop's

  private AnalogPhone(PhoneSettings settings, Optional<NetworkBinding> network, EventLog log) {
    this.log = log;
    this.settings = settings;
    this.port = new PrintedPort(log);
    this.telephone = AnalogLine.of(port, this::media);
    this.agent =
        Phone.agent(settings, network)
            .line(settings.line().device(telephone))
            .listener(new AgentEvents(log, new Place()))
            .build();
  }

  private PhoneMedia media(Loop loop, NetworkBinding network) {
    PhoneMedia made =
        new PhoneMedia(
            loop,
            network,
            new SecureRandom(),
            log,
            new PhoneMedia.Habits(settings.habits().sound(), settings.habits().recordings(), true));
    loop.execute(() -> media = Optional.of(made));
    return made;
  }

  private final class Place implements AgentEvents.Place {
    private void tell(Consumer<PhoneMedia> what) {
      telephone.use(line -> media.ifPresent(what));
    }

    @Override
    public void leased(InetAddress address) {
      tell(m -> m.address(address));
    }

    @Override
    public void pathMayHaveChanged() {
      tell(PhoneMedia::proveNow);
    }

    @Override
    public void flowOpen() {
      tell(PhoneMedia::proveNow);
    }
  }

  /** Starts a telephone that writes its events there. */
  static AnalogPhone start(
      PhoneSettings settings, Optional<NetworkBinding> network, OutputStream events) {
    AnalogPhone phone = new AnalogPhone(settings, network, new EventLog(events, Clock.system()));
    phone.agent.start();
    return phone;
  }

  @Override
  public void perform(String typed) {
    String[] words = typed.trim().split("\\s+", 2);
    String argument = words.length > 1 ? words[1] : "";
    switch (words[0]) {
      case "" -> {}
      case "quit" -> quitting.countDown();
      case "explain" -> PhoneCommands.explain(log, agent.explain());
      default ->
          telephone.use(
              line -> {
                boolean known =
                    media
                        .filter(m -> new Handset(log, port, m, line).perform(words[0], argument))
                        .isPresent();
                if (!known) {
                  log.error(words[0], "a plain telephone has no such command; known are " + KNOWN);
                }
              });
    }
  }

  @Override
  public void awaitQuit() throws InterruptedException {
    quitting.await();
  }

  @Override
  public void leave() {
    end("told to quit", StopMode.LEAVE);
  }

  @Override
  public void stop() {
    end("told to stop", StopMode.KEEP_REGISTRATION);
  }

  private void end(String cause, StopMode mode) {
    if (ending.compareAndSet(false, true)) {
      agent.stop(mode);
      log.writeLast("stopped", cause);
    }
  }
}
