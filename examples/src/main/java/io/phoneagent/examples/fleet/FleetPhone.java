// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.fleet;

import io.phoneagent.AgentListener;
import io.phoneagent.AgentRuntime;
import io.phoneagent.AgentSettings;
import io.phoneagent.AgentStatus;
import io.phoneagent.Assignment;
import io.phoneagent.Call;
import io.phoneagent.FlowPath;
import io.phoneagent.Line;
import io.phoneagent.LineName;
import io.phoneagent.MediaDescription;
import io.phoneagent.PhoneAgent;
import io.phoneagent.PhoneAgentException;
import io.phoneagent.PublicAddress;
import io.phoneagent.TimelineEntry;
import io.phoneagent.runtime.Clock;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** One phone of the fleet. What it is told comes one at a time; what is asked of it, anywhere. */
final class FleetPhone implements AgentListener {
  // An offer of G.711 on a port that nobody listens to: calls of a fleet are silent.
  static final MediaDescription SILENCE =
      new MediaDescription(
          """
          v=0
          o=- 1 1 IN IP4 127.0.0.1
          s=-
          c=IN IP4 127.0.0.1
          t=0 0
          m=audio 9 RTP/AVP 0
          """
              .replace("\n", "\r\n"));

  private final String number;
  private final MadeUpDevice device;
  private final Clock clock;
  private final Tally tally;
  private final Consumer<Call> established;
  private final PhoneAgent agent;
  private final List<Duration> toldToWait = new ArrayList<>(0);
  private volatile long startedAt;
  private volatile boolean everRegistered;
  private volatile Optional<InetAddress> registeredWith = Optional.empty();

  FleetPhone(
      FleetSettings settings,
      int index,
      AgentRuntime runtime,
      Clock clock,
      Tally tally,
      Consumer<Call> established) {
    this.number = settings.number(index);
    this.device = new MadeUpDevice(index);
    this.clock = clock;
    this.tally = tally;
    this.established = established;
    this.agent =
        PhoneAgent.builder()
            .settings(
                AgentSettings.builder()
                    .dnsSwitches(List.of(settings.dnsSwitch()))
                    .checkInterval(settings.checkInterval())
                    .build())
            .line(Line.number(number).secret(settings.secret()))
            .macAddress(device.mac())
            .addressProvider(device)
            .publicAddressProbe(device)
            .treatAsPublic(MadeUpDevice.PUBLIC)
            .trust(settings.authorities())
            .transport(settings.transport())
            .runtime(runtime)
            .listener(this)
            .onIncomingCall(call -> call.answer(SILENCE))
            .build();
  }

  void start() {
    startedAt = clock.nanos();
    agent.start();
  }

  /** Its firewall has another public address from now on; it will notice. */
  void change() {
    device.change();
  }

  boolean isReachable() {
    return agent.status() == AgentStatus.REACHABLE;
  }

  boolean isRegistered() {
    return everRegistered;
  }

  /** Whether the switch has been told of the public address that it has now. */
  boolean isUpToDate() {
    return registeredWith.equals(Optional.of(device.publicAddress()));
  }

  String number() {
    return number;
  }

  /** What happened to it last, the oldest first. */
  List<TimelineEntry> latest(int most) {
    List<TimelineEntry> all = agent.explain();
    return all.subList(Math.max(0, all.size() - most), all.size());
  }

  /** Calls another phone. */
  void call(String other) {
    try {
      Call unused = agent.line(number).call(other, SILENCE);
      tally.callMade();
    } catch (PhoneAgentException e) {
      tally.error("call: " + e.getClass().getSimpleName());
    }
  }

  /**
   * How often it was told by the switch to wait, and how often it did not wait that long, by the
   * times in its agent's timeline.
   */
  synchronized Patience patience() {
    int early = 0;
    long earliest = 0;
    int pauses = 0;
    Optional<TimelineEntry> refused = Optional.empty();
    for (TimelineEntry entry : agent.explain()) {
      if (refused.isPresent() && entry.from().equals("Waiting") && !entry.to().equals("Waiting")) {
        Duration waited = Duration.between(refused.get().at(), entry.at());
        long missing = toldToWait.get(pauses).minus(waited).toMillis();
        if (missing > 0) {
          early++;
          earliest = Math.max(earliest, missing);
        }
        pauses++;
        refused = Optional.empty();
      }
      if (entry.to().equals("Waiting")
          && entry.cause().contains("refused: 503")
          && pauses < toldToWait.size()) {
        refused = Optional.of(entry);
      }
    }
    return new Patience(toldToWait.size(), pauses, early, earliest);
  }

  /**
   * What became of what the switch said with Retry-After.
   *
   * @param told how often it was said
   * @param pauses how often the phone has asked again since
   * @param early how often it did so before the time
   * @param earliestMillis by how much at most
   */
  record Patience(int told, int pauses, int early, long earliestMillis) {}

  @Override
  public void registered(
      LineName line, Assignment assignment, Optional<PublicAddress> address, String cause) {
    registeredWith = address.map(PublicAddress::address);
    everRegistered = true;
    tally.registered(clock.nanos() - startedAt);
  }

  @Override
  public void reregistered(
      LineName line, Assignment assignment, Optional<PublicAddress> address, String cause) {
    registeredWith = address.map(PublicAddress::address);
    tally.registeredAgain();
  }

  @Override
  public void flowMoved(LineName line, FlowPath path, String cause) {
    tally.flowMoved();
  }

  @Override
  public void flowLost(LineName line, FlowPath path, String cause) {
    tally.flowLost();
  }

  @Override
  public void callEstablished(Call call, String cause) {
    if (!call.incoming()) {
      tally.callAnswered();
      established.accept(call);
    }
  }

  @Override
  public void callEnded(Call call, int status, String cause) {
    if (!call.incoming() && status != 0) {
      tally.error("call: " + status);
    }
  }

  @Override
  public void disrupted(String what, String detail, Optional<Duration> retryIn) {
    if (what.equals("registration") && detail.startsWith("503 ") && retryIn.isPresent()) {
      synchronized (this) {
        // The agent waits for a quarter more, so that its jitter never makes it less.
        toldToWait.add(retryIn.get().multipliedBy(4).dividedBy(5));
      }
    }
    tally.error(what + ": " + detail);
  }

  @Override
  public void failed(String what, String detail, Optional<Duration> retryIn) {
    tally.error(what + ": " + detail);
  }
}
