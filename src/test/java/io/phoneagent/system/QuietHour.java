// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.system;

import io.phoneagent.Transport;
import io.phoneagent.lab.Event;
import io.phoneagent.lab.EventLog;
import io.phoneagent.lab.PhoneProcess;
import io.phoneagent.lab.TestBed;
import io.phoneagent.lab.TrunkPeer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * A time without any change of address, on lines that lose 5 % of all packets each way: nobody may
 * register again but to renew. One phone asks its firewall's page each second; the other finds out
 * how long its firewall keeps an idle mapping, and is called after longer and longer silence, which
 * it must hear each time. {@code bin/soak --quiet} runs it and tells its flags.
 */
final class QuietHour {
  private static final int LOSS_PERCENT = 5;
  private static final int ROUND_TRIP_MILLIS = 20;
  private static final String RENEWAL = "the registration is about to run out";

  /** Of silence before each call, in seconds; begun again from the first after the last. */
  private static final List<Integer> SILENCES =
      List.of(10, 20, 30, 45, 60, 90, 120, 150, 180, 240, 300, 420, 600);

  // A call has 8 s of repeated INVITEs: both packets of an exchange lost eight times is no chance.
  private static final Duration RINGS_WITHIN = Duration.ofSeconds(8);

  // A connection to the page costs a second more where its first packet is lost.
  private static final double FEWEST_OF_INTERVAL = 0.8;

  private final Duration length;
  private final Transport transport;
  private final Figures ringing = new Figures("INVITE to 180 after silence");
  private int calls;
  private boolean kept = true;

  private QuietHour(Duration length, Transport transport) {
    this.length = length;
    this.transport = transport;
  }

  /**
   * Runs it.
   *
   * @param arguments the minutes, and what the flows run over
   */
  public static void main(String[] arguments) {
    Duration length = Duration.ofMinutes(Integer.parseInt(arguments[0]));
    Transport transport = Transport.valueOf(arguments[1].toUpperCase(Locale.ROOT));
    System.exit(new QuietHour(length, transport).run() ? 0 : 1);
  }

  private boolean run() {
    try (TestBed bed = TestBed.up(Numbers.ANN, Numbers.BOB)) {
      bed.transport(transport);
      for (String host : List.of("phone1", "phone2")) {
        bed.lab().delay(host, ROUND_TRIP_MILLIS, LOSS_PERCENT);
      }
      TrunkPeer caller = bed.trunk();
      PhoneProcess asking = bed.phone("phone1", Numbers.ANN).awaitReachable();
      PhoneProcess quiet =
          bed.phone("phone2", Numbers.BOB, "--adaptive-keep-alive").awaitReachable();
      int pagesBefore = pages(bed, "fw1");
      long begin = System.nanoTime();
      long end = begin + length.toNanos();
      for (int i = 0; ; i++) {
        long silence = Duration.ofSeconds(SILENCES.get(i % SILENCES.size())).toNanos();
        long left = end - System.nanoTime();
        pass(Math.min(silence, left));
        if (silence > left) {
          break;
        }
        call(caller, quiet, SILENCES.get(i % SILENCES.size()));
      }
      double seconds = (System.nanoTime() - begin) / 1e9;
      conclude("phone that asks its page", asking.events());
      conclude("phone that measures its firewall", quiet.events());
      int pages = pages(bed, "fw1") - pagesBefore;
      judge(
          pages <= seconds * 1.01 && pages >= seconds * FEWEST_OF_INTERVAL,
          "%d GETs of the page in %.0f s, one a second".formatted(pages, seconds));
      settled(quiet);
    }
    ringing.print();
    return kept;
  }

  private static void pass(long nanos) {
    long end = System.nanoTime() + nanos;
    Awaitility.await("time that passes")
        .atMost(Duration.ofNanos(Math.max(nanos, 0)).plusMinutes(1))
        .pollInterval(Duration.ofMillis(100))
        .until(() -> System.nanoTime() >= end);
  }

  private void call(TrunkPeer caller, PhoneProcess phone, int silence) {
    String id = "quiet" + ++calls;
    caller.call(id, phone.account().number(), "cancel=0", "give-up=" + RINGS_WITHIN.toMillis());
    Predicate<Event> rang =
        e ->
            e.name().equals("response")
                && e.text("id").equals(id)
                && e.body().path("status").asInt() == 180;
    caller.ended(id, RINGS_WITHIN.plusSeconds(40));
    Optional<Event> answer = caller.events().find(0, rang);
    answer.ifPresent(a -> ringing.add(a.at() - caller.invited(id).at()));
    judge(answer.isPresent(), "called after " + silence + " s of silence");
  }

  private void conclude(String who, EventLog log) {
    List<Event> wrong =
        log.named("reregistered").stream().filter(e -> !e.text("cause").equals(RENEWAL)).toList();
    wrong.forEach(e -> System.out.println("  " + e.body()));
    judge(
        wrong.isEmpty(),
        "%s: %d renewals, %d false registrations"
            .formatted(who, log.named("reregistered").size() - wrong.size(), wrong.size()));
    List<Event> moved =
        Stream.of("flow-moved", "flow-lost").flatMap(name -> log.named(name).stream()).toList();
    moved.forEach(e -> System.out.println("  " + e.body()));
    judge(moved.isEmpty(), who + ": flow moved or lost " + moved.size() + " times");
    System.out.println(who + ": disturbances told: " + log.named("disrupted").size());
  }

  private void settled(PhoneProcess phone) {
    List<String> found =
        phone.explain().stream()
            .map(entry -> entry.path("cause").asText())
            .filter(cause -> cause.contains("keep-alive each"))
            .toList();
    judge(!found.isEmpty(), "what it found out: " + found);
  }

  private void judge(boolean right, String what) {
    kept &= right;
    System.out.println(what + (right ? ": kept" : ": MISSED"));
  }

  /** How often the gateway's page was asked for until now. */
  private static int pages(TestBed bed, String gateway) {
    Path log = bed.lab().state().resolve("log").resolve("status-" + gateway + ".log");
    try (Stream<String> lines = Files.lines(log)) {
      return (int) lines.filter(line -> line.contains("\"GET /ip")).count();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
