// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.lab;

import java.time.Duration;
import java.util.Optional;
import org.awaitility.Awaitility;

/**
 * How long a phone cannot be called after the public address of its firewall has changed. A caller
 * outside calls again and again and hangs up at the first 180; the outage lasts from just before
 * the change until the caller hears the first 180 to a call that began after the change.
 */
public final class Outages {

  private final Lab lab;
  private final TrunkPeer caller;
  private final String site;
  private final String number;
  private final Optional<PhoneProcess> phone;
  private final Duration every;
  private final Duration patience;
  private int series;

  private Outages(
      Lab lab,
      TrunkPeer caller,
      String site,
      String number,
      Optional<PhoneProcess> phone,
      Duration every,
      Duration patience) {
    this.lab = lab;
    this.caller = caller;
    this.site = site;
    this.number = number;
    this.phone = phone;
    this.every = every;
    this.patience = patience;
  }

  /**
   * Of our phone behind that site's firewall, reachable, and a caller beyond the trunk, who calls
   * every 100 ms.
   */
  public static Outages of(TestBed bed, TrunkPeer caller, String site, PhoneProcess phone) {
    return new Outages(
        bed.lab(),
        caller,
        site,
        phone.account().number(),
        Optional.of(phone),
        Duration.ofMillis(100),
        Duration.ofSeconds(60));
  }

  /**
   * Of another's phone.
   *
   * @param every how often it is called
   * @param patience what is waited for it to be called again
   */
  public static Outages of(
      Lab lab, TrunkPeer caller, String site, String number, Duration every, Duration patience) {
    return new Outages(lab, caller, site, number, Optional.empty(), every, patience);
  }

  /**
   * One change.
   *
   * @param newAddress the firewall's address since
   * @param changedAt when it was changed, in milliseconds of the epoch
   * @param millis how long the phone could not be called
   */
  public record Outage(String newAddress, double changedAt, double millis) {}

  /** Changes the address, some time ({@code phase}) after the phone was seen to be reachable. */
  public Outage measure(Duration phase) {
    String calls = "change" + ++series + "-";
    caller.say(
        "repeat " + calls + " " + number + " " + every.toMillis() + " cancel=0 give-up=8000");
    try {
      Event ringing = firstRinging(calls, 0);
      double start = ringing.at() + phase.toMillis();
      Awaitility.await("the moment of the change")
          .atMost(phase.plusSeconds(60))
          .pollInterval(Duration.ofMillis(5))
          .until(() -> System.currentTimeMillis() >= start);
      double before = System.currentTimeMillis();
      String address = lab.changePublicIp(site);
      double after = System.currentTimeMillis();
      Event again = firstRinging(calls, after);
      phone.ifPresent(p -> awaitRecord(p, before, address));
      return new Outage(address, before, again.at() - before);
    } finally {
      caller.say("repeat-stop");
    }
  }

  private void awaitRecord(PhoneProcess ours, double since, String address) {
    ours.events()
        .await(
            0,
            event ->
                event.name().equals("reregistered")
                    && event.at() >= since
                    && event.text("publicAddress").equals(address),
            patience,
            "reregistered with " + address);
  }

  /** The first 180 in a call of that series whose INVITE was sent at that time or later. */
  private Event firstRinging(String calls, double since) {
    int mark = (int) caller.events().all().stream().filter(event -> event.at() < since).count();
    return caller
        .events()
        .await(
            Math.max(0, mark - 1),
            event ->
                event.name().equals("response")
                    && event.body().path("status").asInt() == 180
                    && event.text("id").startsWith(calls)
                    && caller.invited(event.text("id")).at() >= since,
            patience,
            "180 after the change");
  }
}
