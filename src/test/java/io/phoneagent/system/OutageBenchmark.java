// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.system;

import io.phoneagent.Transport;
import io.phoneagent.lab.Account;
import io.phoneagent.lab.Outages;
import io.phoneagent.lab.PeerPhone;
import io.phoneagent.lab.PeerRegistrar;
import io.phoneagent.lab.PhoneProcess;
import io.phoneagent.lab.RunningProgram;
import io.phoneagent.lab.TestBed;
import io.phoneagent.lab.TrunkPeer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * How long a phone cannot be called after its firewall's public address has changed, with a caller
 * every 100 ms: ours, and others beside it. {@code benchmarks/outage} runs it and tells its flags.
 */
final class OutageBenchmark {

  private static final double GOAL = 1500;

  private static final Map<String, String> PORTS =
      Map.of(
          "LAB_SWITCH_UDP", "3478, 5060-5061, 5070, 20000-20999",
          "LAB_SWITCH_TCP", "80, 443, 5060-5061, 5070, 8080, 8443");

  private static final int REFRESH_SECONDS = 60;

  // Called each 100 ms, linphone rang only after its next registration, wherever it was called.
  private static final Duration PEERS_ARE_CALLED = Duration.ofSeconds(1);

  // Of one who registers anew each minute: twice that, and its waits for a dead connection.
  private static final Duration PEERS_PATIENCE = Duration.ofMinutes(4);

  private final List<String> words;
  private final Random random = new Random();
  private final List<Figures> all = new ArrayList<>();

  private OutageBenchmark(List<String> words) {
    this.words = words;
  }

  public static void main(String[] arguments) {
    System.exit(new OutageBenchmark(List.of(arguments)).run() ? 0 : 1);
  }

  private Optional<String> value(String flag) {
    int at = words.indexOf(flag);
    return at < 0 ? Optional.empty() : Optional.of(words.get(at + 1));
  }

  private boolean run() {
    int changes =
        value("--changes").map(Integer::valueOf).orElse(words.contains("--quick") ? 5 : 20);
    int peers = value("--peers").map(Integer::valueOf).orElse(0);
    boolean dropping = words.contains("--nat-drops-unknown-tcp");
    Transport transport =
        value("--transport")
            .map(t -> Transport.valueOf(t.toUpperCase(Locale.ROOT)))
            .orElse(Transport.UDP);
    if (peers > 0 && transport == Transport.TLS) {
      throw new IllegalArgumentException("--peers goes with --transport udp or tcp");
    }
    Map<String, String> settings = new HashMap<>(PORTS);
    settings.put("LAB_TCP_LOOSE", dropping ? "0" : "1");
    boolean kept;
    try (TestBed bed = TestBed.up(settings, Numbers.ANN)) {
      bed.transport(transport);
      value("--probe").ifPresent(probe -> bed.probe(probe, Duration.ofSeconds(1)));
      String how =
          " over "
              + transport
              + (dropping ? ", NAT drops unknown TCP" : "")
              + value("--probe").map(probe -> ", " + probe).orElse("");
      Figures ours = ours(bed, "PhoneAgent" + how, changes);
      kept = ours.conclude(GOAL);
      if (peers > 0) {
        try (PeerRegistrar registrar = PeerRegistrar.start(bed.lab(), Numbers.BOB.secret());
            TrunkPeer caller = registrar.caller()) {
          for (PeerPhone peer : PeerPhone.values()) {
            peer(bed, caller, peer, transport, peers).print();
          }
        }
      }
    }
    all.stream()
        .skip(1)
        .forEach(
            f ->
                System.out.printf(
                    Locale.ROOT,
                    "median of %s / ours: %.1f%n",
                    f.what(),
                    f.median() / all.get(0).median()));
    value("--plot").ifPresent(file -> OutagePlot.write(Path.of(file), all));
    return kept;
  }

  private Figures ours(TestBed bed, String what, int changes) {
    Figures figures = new Figures(what);
    all.add(figures);
    PhoneProcess phone = bed.phone("phone1", Numbers.ANN).awaitReachable();
    Outages outages = Outages.of(bed, bed.trunk(), "site1", phone);
    for (int change = 0; change < changes; change++) {
      figures.add(outages.measure(Duration.ofMillis(1000 + random.nextInt(1000))).millis());
    }
    if (phone.events().named("leased").size() != 1) {
      throw new IllegalStateException("the phone was restarted");
    }
    return figures;
  }

  /** Another's phone, with what it is told only where a run could not end with its defaults. */
  private Figures peer(
      TestBed bed, TrunkPeer caller, PeerPhone peer, Transport transport, int changes) {
    Account account = Numbers.BOB;
    String name = peer.name().toLowerCase(Locale.ROOT);
    Figures figures = new Figures(name + " over " + transport + ", refresh 60 s");
    all.add(figures);
    bed.lab().lease("phone2");
    try (RunningProgram phone =
        peer.start(
            bed.lab(),
            "phone2",
            new PeerPhone.Registration(
                account, PeerRegistrar.PUBLIC, transport.label(), REFRESH_SECONDS))) {
      Outages outages =
          Outages.of(
              bed.lab(), caller, "site2", account.number(), PEERS_ARE_CALLED, PEERS_PATIENCE);
      for (int change = 0; change < changes; change++) {
        Duration phase = Duration.ofMillis(1000 + random.nextInt(REFRESH_SECONDS * 1000));
        figures.add(outages.measure(phase).millis());
      }
      if (!phone.alive()) {
        throw new IllegalStateException(phone.report("has ended"));
      }
    }
    return figures;
  }
}
