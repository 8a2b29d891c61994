// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dhcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.dhcp.DhcpState.Effect;
import io.phoneagent.dhcp.DhcpState.Event;
import io.phoneagent.dhcpmessage.DhcpOptions;
import io.phoneagent.dhcpmessage.Ipv4;
import io.phoneagent.dhcpmessage.LinkAddress;
import java.net.Inet4Address;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What each state makes of each event. */
final class DhcpStateTest {
  private static final int XID = 77;
  private static final Inet4Address ADDRESS = VirtualServer.address("192.168.1.100");
  private static final Inet4Address OTHER = VirtualServer.address("192.168.1.101");
  private static final Inet4Address SERVER = VirtualServer.address("192.168.1.1");
  private static final Inet4Address STRANGER = VirtualServer.address("192.168.1.2");
  private static final LinkAddress NEIGHBOUR = new LinkAddress(0x0200_0000_0009L);

  private static final Reply REPLY = reply(XID, SERVER, ADDRESS, true);
  private static final Granted GRANTED = Granted.by(REPLY, 0);
  private static final Remembered REMEMBERED = new Remembered(ADDRESS, SERVER);
  private static final Attempt ATTEMPT = new Attempt(XID, 0, 0, 1);

  private static final Map<String, DhcpState> STATES = new LinkedHashMap<>();
  private static final Map<String, Event> EVENTS = new LinkedHashMap<>();

  static {
    Optional<Granted> none = Optional.empty();
    STATES.put("stopped", new DhcpState.Stopped());
    STATES.put("linkless", new DhcpState.Linkless(Optional.empty(), none));
    STATES.put("init-reboot", new DhcpState.Linkless(Optional.of(REMEMBERED), none));
    STATES.put("unplugged", new DhcpState.Linkless(Optional.of(REMEMBERED), Optional.of(GRANTED)));
    STATES.put("resting", new DhcpState.Resting(Optional.empty(), none, true));
    STATES.put(
        "resting bound",
        new DhcpState.Resting(Optional.of(REMEMBERED), Optional.of(GRANTED), true));
    STATES.put(
        "resting down",
        new DhcpState.Resting(Optional.of(REMEMBERED), Optional.of(GRANTED), false));
    STATES.put("init", new DhcpState.Init(Optional.empty(), none));
    STATES.put(
        "selecting", new DhcpState.Selecting(ATTEMPT, Optional.empty(), none, Optional.empty()));
    STATES.put("requesting", new DhcpState.Requesting(ATTEMPT, 0, REPLY, none));
    STATES.put("rebooting", new DhcpState.Rebooting(ATTEMPT, REMEMBERED, none));
    STATES.put("confirming", new DhcpState.Rebooting(ATTEMPT, REMEMBERED, Optional.of(GRANTED)));
    STATES.put("checking", new DhcpState.Checking(GRANTED, 1, none));
    STATES.put("bound", new DhcpState.Bound(GRANTED));
    STATES.put("renewing", new DhcpState.Renewing(GRANTED, ATTEMPT));
    STATES.put("rebinding", new DhcpState.Rebinding(GRANTED, ATTEMPT));
    EVENTS.put("start", new Event.Start(Optional.empty()));
    EVENTS.put("link up", new Event.LinkUp());
    EVENTS.put("link down", new Event.LinkDown("eth0 is down"));
    EVENTS.put("offer", new Event.Offered(REPLY));
    EVENTS.put("ack", new Event.Acknowledged(REPLY));
    EVENTS.put("ack other", new Event.Acknowledged(reply(XID, STRANGER, OTHER, true)));
    EVENTS.put("nak", new Event.Refused(reply(XID, SERVER, Ipv4.ANY, false)));
    EVENTS.put("nak other", new Event.Refused(reply(XID, STRANGER, Ipv4.ANY, false)));
    EVENTS.put("claimed", new Event.Claimed(ADDRESS, NEIGHBOUR));
    EVENTS.put("timer", new Event.TimerDue());
    EVENTS.put("not applied", new Event.ApplyFailed("no right"));
    EVENTS.put("taken", new Event.Taken(ADDRESS));
    EVENTS.put("suspend", new Event.Suspend());
    EVENTS.put("resume", new Event.Resume());
    EVENTS.put("stop", new Event.Stop(true));
    EVENTS.put("restart", new Event.Stop(false));
  }

  private static Reply reply(int xid, Inet4Address server, Inet4Address address, boolean complete) {
    Map<Integer, byte[]> options = new LinkedHashMap<>();
    options.put(DhcpOptions.LEASE_TIME, Octets.of("00000e10"));
    if (complete) {
      options.put(DhcpOptions.SUBNET_MASK, Octets.of("ffffff00"));
      options.put(DhcpOptions.ROUTERS, server.getAddress());
    }
    return new Reply(xid, server, VirtualServer.MAC, address, new DhcpOptions(options));
  }

  private static DhcpState state(String name) {
    return Objects.requireNonNull(STATES.get(name), name);
  }

  private static Moment at(Duration since) {
    return new Moment(since.toNanos(), new Random(1), AddressCheck.FAST);
  }

  private static Step step(DhcpState state, Event event) {
    return state.on(event, at(Duration.ofSeconds(1)));
  }

  private static String summary(Step step) {
    String effects =
        step.effects().stream().map(DhcpStateTest::summary).collect(Collectors.joining(","));
    return step.next().getClass().getSimpleName() + (effects.isEmpty() ? "" : " " + effects);
  }

  private static String summary(Effect effect) {
    return effect instanceof Effect.Send send
        ? send.question().type().toString()
        : effect.getClass().getSimpleName();
  }

  private static final String TABLE =
      """
      stopped       | start       | Linkless
      stopped       | link up     | Stopped
      stopped       | link down   | Stopped
      stopped       | offer       | Stopped
      stopped       | ack         | Stopped
      stopped       | ack other   | Stopped
      stopped       | nak         | Stopped
      stopped       | nak other   | Stopped
      stopped       | claimed     | Stopped
      stopped       | timer       | Stopped
      stopped       | not applied | Stopped
      stopped       | taken       | Stopped
      stopped       | suspend     | Stopped
      stopped       | resume      | Stopped
      stopped       | stop        | Stopped
      stopped       | restart     | Stopped
      linkless      | start       | Linkless
      linkless      | link up     | Selecting Listen,DISCOVER,WakeIn
      linkless      | link down   | Linkless TellLost
      linkless      | offer       | Linkless
      linkless      | ack         | Linkless
      linkless      | ack other   | Linkless
      linkless      | nak         | Linkless
      linkless      | nak other   | Linkless
      linkless      | claimed     | Linkless
      linkless      | timer       | Linkless
      linkless      | not applied | Linkless
      linkless      | taken       | Linkless
      linkless      | suspend     | Resting CancelTimer,Rest
      linkless      | resume      | Linkless
      linkless      | stop        | Stopped CancelTimer,Rest
      linkless      | restart     | Stopped CancelTimer,Rest
      init-reboot   | start       | Linkless
      init-reboot   | link up     | Rebooting Listen,REQUEST,WakeIn
      init-reboot   | link down   | Linkless TellLost
      init-reboot   | offer       | Linkless
      init-reboot   | ack         | Linkless
      init-reboot   | ack other   | Linkless
      init-reboot   | nak         | Linkless
      init-reboot   | nak other   | Linkless
      init-reboot   | claimed     | Linkless
      init-reboot   | timer       | Linkless
      init-reboot   | not applied | Linkless
      init-reboot   | taken       | Linkless
      init-reboot   | suspend     | Resting CancelTimer,Rest
      init-reboot   | resume      | Linkless
      init-reboot   | stop        | Stopped CancelTimer,Rest
      init-reboot   | restart     | Stopped CancelTimer,Rest
      unplugged     | start       | Linkless
      unplugged     | link up     | Rebooting Listen,REQUEST,WakeIn
      unplugged     | link down   | Linkless
      unplugged     | offer       | Linkless
      unplugged     | ack         | Linkless
      unplugged     | ack other   | Linkless
      unplugged     | nak         | Linkless
      unplugged     | nak other   | Linkless
      unplugged     | claimed     | Linkless
      unplugged     | timer       | Linkless Remove,TellLost
      unplugged     | not applied | Linkless
      unplugged     | taken       | Linkless
      unplugged     | suspend     | Resting CancelTimer,Rest
      unplugged     | resume      | Linkless
      unplugged     | stop        | Stopped CancelTimer,Rest,Forget,Remove
      unplugged     | restart     | Stopped CancelTimer,Rest,Remove
      resting       | start       | Resting
      resting       | link up     | Resting
      resting       | link down   | Resting
      resting       | offer       | Resting
      resting       | ack         | Resting
      resting       | ack other   | Resting
      resting       | nak         | Resting
      resting       | nak other   | Resting
      resting       | claimed     | Resting
      resting       | timer       | Resting
      resting       | not applied | Resting
      resting       | taken       | Resting
      resting       | suspend     | Resting
      resting       | resume      | Selecting Listen,DISCOVER,WakeIn
      resting       | stop        | Stopped CancelTimer,Rest
      resting       | restart     | Stopped CancelTimer,Rest
      resting bound | start       | Resting
      resting bound | link up     | Resting
      resting bound | link down   | Resting
      resting bound | offer       | Resting
      resting bound | ack         | Resting
      resting bound | ack other   | Resting
      resting bound | nak         | Resting
      resting bound | nak other   | Resting
      resting bound | claimed     | Resting
      resting bound | timer       | Resting
      resting bound | not applied | Resting
      resting bound | taken       | Resting
      resting bound | suspend     | Resting
      resting bound | resume      | Rebooting Listen,REQUEST,WakeIn
      resting bound | stop        | Stopped CancelTimer,Rest,RELEASE,Forget,Remove
      resting bound | restart     | Stopped CancelTimer,Rest,Remove
      resting down  | start       | Resting
      resting down  | link up     | Resting
      resting down  | link down   | Resting
      resting down  | offer       | Resting
      resting down  | ack         | Resting
      resting down  | ack other   | Resting
      resting down  | nak         | Resting
      resting down  | nak other   | Resting
      resting down  | claimed     | Resting
      resting down  | timer       | Resting
      resting down  | not applied | Resting
      resting down  | taken       | Resting
      resting down  | suspend     | Resting
      resting down  | resume      | Linkless Rest,WakeIn
      resting down  | stop        | Stopped CancelTimer,Rest,Forget,Remove
      resting down  | restart     | Stopped CancelTimer,Rest,Remove
      init          | start       | Init
      init          | link up     | Init
      init          | link down   | Linkless Rest,CancelTimer,TellLost
      init          | offer       | Init
      init          | ack         | Init
      init          | ack other   | Init
      init          | nak         | Init
      init          | nak other   | Init
      init          | claimed     | Init
      init          | timer       | Selecting Listen,DISCOVER,WakeIn
      init          | not applied | Init
      init          | taken       | Init
      init          | suspend     | Resting CancelTimer,Rest
      init          | resume      | Init
      init          | stop        | Stopped CancelTimer,Rest
      init          | restart     | Stopped CancelTimer,Rest
      selecting     | start       | Selecting
      selecting     | link up     | Selecting
      selecting     | link down   | Linkless Rest,CancelTimer,TellLost
      selecting     | offer       | Requesting REQUEST,WakeIn
      selecting     | ack         | Selecting
      selecting     | ack other   | Selecting
      selecting     | nak         | Selecting
      selecting     | nak other   | Selecting
      selecting     | claimed     | Selecting
      selecting     | timer       | Selecting DISCOVER,WakeIn
      selecting     | not applied | Selecting
      selecting     | taken       | Selecting
      selecting     | suspend     | Resting CancelTimer,Rest
      selecting     | resume      | Selecting
      selecting     | stop        | Stopped CancelTimer,Rest
      selecting     | restart     | Stopped CancelTimer,Rest
      requesting    | start       | Requesting
      requesting    | link up     | Requesting
      requesting    | link down   | Linkless Rest,CancelTimer,TellLost
      requesting    | offer       | Requesting
      requesting    | ack         | Checking ProbeLink,WakeIn
      requesting    | ack other   | Requesting
      requesting    | nak         | Init TellLost,Rest,WakeIn
      requesting    | nak other   | Requesting
      requesting    | claimed     | Requesting
      requesting    | timer       | Requesting REQUEST,WakeIn
      requesting    | not applied | Requesting
      requesting    | taken       | Requesting
      requesting    | suspend     | Resting CancelTimer,Rest
      requesting    | resume      | Requesting
      requesting    | stop        | Stopped CancelTimer,Rest
      requesting    | restart     | Stopped CancelTimer,Rest
      rebooting     | start       | Rebooting
      rebooting     | link up     | Rebooting
      rebooting     | link down   | Linkless Rest,CancelTimer,TellLost
      rebooting     | offer       | Rebooting
      rebooting     | ack         | Checking ProbeLink,WakeIn
      rebooting     | ack other   | Checking ProbeLink,WakeIn
      rebooting     | nak         | Selecting Abandon,TellLost,Forget,Listen,DISCOVER,WakeIn
      rebooting     | nak other   | Selecting Abandon,TellLost,Forget,Listen,DISCOVER,WakeIn
      rebooting     | claimed     | Rebooting
      rebooting     | timer       | Rebooting REQUEST,WakeIn
      rebooting     | not applied | Rebooting
      rebooting     | taken       | Rebooting
      rebooting     | suspend     | Resting CancelTimer,Rest
      rebooting     | resume      | Rebooting
      rebooting     | stop        | Stopped CancelTimer,Rest
      rebooting     | restart     | Stopped CancelTimer,Rest
      confirming    | start       | Rebooting
      confirming    | link up     | Rebooting
      confirming    | link down   | Linkless Rest,WakeIn
      confirming    | offer       | Rebooting
      confirming    | ack         | Bound Rest,WakeIn,Remember,Apply,TellLeased
      confirming    | ack other   | Checking ProbeLink,WakeIn
      confirming    | nak         | Selecting Remove,TellLost,Forget,Listen,DISCOVER,WakeIn
      confirming    | nak other   | Selecting Remove,TellLost,Forget,Listen,DISCOVER,WakeIn
      confirming    | claimed     | Rebooting
      confirming    | timer       | Rebooting REQUEST,WakeIn
      confirming    | not applied | Rebooting
      confirming    | taken       | Rebooting Apply,TellTroubled
      confirming    | suspend     | Resting CancelTimer,Rest
      confirming    | resume      | Rebooting
      confirming    | stop        | Stopped CancelTimer,Rest,RELEASE,Forget,Remove
      confirming    | restart     | Stopped CancelTimer,Rest,Remove
      checking      | start       | Checking
      checking      | link up     | Checking
      checking      | link down   | Linkless Rest,CancelTimer,TellLost
      checking      | offer       | Checking
      checking      | ack         | Checking
      checking      | ack other   | Checking
      checking      | nak         | Checking
      checking      | nak other   | Checking
      checking      | claimed     | Init DECLINE,Abandon,Forget,TellLost,Rest,WakeIn
      checking      | timer       | Checking ProbeLink,WakeIn
      checking      | not applied | Checking
      checking      | taken       | Checking
      checking      | suspend     | Resting CancelTimer,Rest
      checking      | resume      | Checking
      checking      | stop        | Stopped CancelTimer,Rest,RELEASE,Forget
      checking      | restart     | Stopped CancelTimer,Rest
      bound         | start       | Bound
      bound         | link up     | Bound
      bound         | link down   | Linkless Rest,WakeIn
      bound         | offer       | Bound
      bound         | ack         | Bound
      bound         | ack other   | Bound
      bound         | nak         | Bound
      bound         | nak other   | Bound
      bound         | claimed     | Bound
      bound         | timer       | Renewing Listen,REQUEST,WakeIn
      bound         | not applied | Init Remove,TellLost,Rest,WakeIn
      bound         | taken       | Bound Apply,TellTroubled
      bound         | suspend     | Resting CancelTimer,Rest
      bound         | resume      | Bound
      bound         | stop        | Stopped CancelTimer,Rest,RELEASE,Forget,Remove
      bound         | restart     | Stopped CancelTimer,Rest,Remove
      renewing      | start       | Renewing
      renewing      | link up     | Renewing
      renewing      | link down   | Linkless Rest,WakeIn
      renewing      | offer       | Renewing
      renewing      | ack         | Bound Rest,WakeIn,Remember,Apply,TellLeased
      renewing      | ack other   | Renewing
      renewing      | nak         | Selecting Remove,TellLost,Forget,Listen,DISCOVER,WakeIn
      renewing      | nak other   | Renewing
      renewing      | claimed     | Renewing
      renewing      | timer       | Renewing Listen,REQUEST,WakeIn
      renewing      | not applied | Renewing
      renewing      | taken       | Renewing Apply,TellTroubled
      renewing      | suspend     | Resting CancelTimer,Rest
      renewing      | resume      | Renewing
      renewing      | stop        | Stopped CancelTimer,Rest,RELEASE,Forget,Remove
      renewing      | restart     | Stopped CancelTimer,Rest,Remove
      rebinding     | start       | Rebinding
      rebinding     | link up     | Rebinding
      rebinding     | link down   | Linkless Rest,WakeIn
      rebinding     | offer       | Rebinding
      rebinding     | ack         | Bound Rest,WakeIn,Remember,Apply,TellLeased
      rebinding     | ack other   | Checking ProbeLink,WakeIn
      rebinding     | nak         | Selecting Remove,TellLost,Forget,Listen,DISCOVER,WakeIn
      rebinding     | nak other   | Selecting Remove,TellLost,Forget,Listen,DISCOVER,WakeIn
      rebinding     | claimed     | Rebinding
      rebinding     | timer       | Rebinding Listen,REQUEST,WakeIn
      rebinding     | not applied | Rebinding
      rebinding     | taken       | Rebinding Apply,TellTroubled
      rebinding     | suspend     | Resting CancelTimer,Rest
      rebinding     | resume      | Rebinding
      rebinding     | stop        | Stopped CancelTimer,Rest,RELEASE,Forget,Remove
      rebinding     | restart     | Stopped CancelTimer,Rest,Remove
      """;

  @TestFactory
  Stream<DynamicTest> table() {
    assertThat(TABLE.lines()).hasSize(STATES.size() * EVENTS.size()).doesNotHaveDuplicates();
    return TABLE
        .lines()
        .map(line -> line.split("\\|", -1))
        .map(
            cells ->
                DynamicTest.dynamicTest(
                    cells[0].trim() + " + " + cells[1].trim(),
                    () ->
                        assertThat(
                                summary(
                                    step(
                                        state(cells[0].trim()),
                                        Objects.requireNonNull(EVENTS.get(cells[1].trim())))))
                            .isEqualTo(cells[2].trim())));
  }

  private static List<Duration> waits(Step step) {
    List<Duration> waits = new ArrayList<>();
    for (Effect effect : step.effects()) {
      if (effect instanceof Effect.WakeIn wake) {
        waits.add(wake.delay());
      }
    }
    return waits;
  }

  private static Question question(Step step) {
    return step.effects().stream()
        .filter(Effect.Send.class::isInstance)
        .map(e -> ((Effect.Send) e).question())
        .findFirst()
        .orElseThrow();
  }

  /** RFC 2131's 4.1, with two quicker tries before. */
  @Test
  void discoversLessAndLess() {
    Step step = step(state("init"), new Event.TimerDue());
    List<Long> seconds = new ArrayList<>();
    int xid = question(step).xid();
    for (int i = 0; i < 9; i++) {
      Duration wait = waits(step).get(0);
      seconds.add(Math.round(wait.toMillis() / 1000.0));
      step = step.next().on(new Event.TimerDue(), at(Duration.ofSeconds(1).plus(wait)));
      assertThat(question(step).xid()).isEqualTo(xid);
    }
    assertThat(seconds.subList(0, 2)).containsExactly(1L, 2L);
    int nominal = 4;
    for (long each : seconds.subList(2, 9)) {
      assertThat(each).isBetween((long) nominal - 1, (long) nominal + 1);
      nominal = Math.min(64, 2 * nominal);
    }
  }

  /** RFC 2131's 4.4.5: at half of what remains, at least a minute apart. */
  @Test
  void asksForMoreTimeAtHalfOfWhatRemains() {
    DhcpState state = new DhcpState.Bound(GRANTED);
    Duration now = Duration.ofMinutes(30);
    List<String> sent = new ArrayList<>();
    while (!(state instanceof DhcpState.Selecting)) {
      Step step = state.on(new Event.TimerDue(), at(now));
      state = step.next();
      sent.add(state.getClass().getSimpleName() + " " + now.getSeconds());
      now = now.plus(waits(step).get(0));
    }
    assertThat(sent)
        .containsExactly(
            "Renewing 1800",
            "Renewing 2475",
            "Renewing 2812",
            "Renewing 2981",
            "Renewing 3065",
            "Renewing 3125",
            "Rebinding 3150",
            "Rebinding 3375",
            "Rebinding 3487",
            "Rebinding 3547",
            "Selecting 3600");
  }

  @Test
  void theServersOwnTimesCountUnlessTheyMakeNoSense() {
    assertThat(times("00000064", "000000c8")).containsExactly(100L, 200L, 3600L);
    assertThat(times("000000c8", "00000064")).containsExactly(1800L, 3150L, 3600L);
    assertThat(times("00000064", "00000e10")).containsExactly(1800L, 3150L, 3600L);
    assertThat(times("00000000", "00000e00")).containsExactly(1800L, 3150L, 3600L);
  }

  private static List<Long> times(String renewal, String rebinding) {
    Map<Integer, byte[]> options = new LinkedHashMap<>(REPLY.options().values());
    options.put(DhcpOptions.RENEWAL_TIME, Octets.of(renewal));
    options.put(DhcpOptions.REBINDING_TIME, Octets.of(rebinding));
    Granted granted =
        Granted.by(new Reply(XID, SERVER, VirtualServer.MAC, ADDRESS, new DhcpOptions(options)), 0);
    return Stream.of(granted.renewAt(), granted.rebindAt(), granted.expiresAt())
        .map(n -> n / 1_000_000_000)
        .collect(Collectors.toList());
  }

  @Test
  void aLeaseForEverNeverWakesTheDevice() {
    Map<Integer, byte[]> options = new LinkedHashMap<>(REPLY.options().values());
    options.put(DhcpOptions.LEASE_TIME, Octets.of("ffffffff"));
    Granted granted =
        Granted.by(new Reply(XID, SERVER, VirtualServer.MAC, ADDRESS, new DhcpOptions(options)), 0);
    Step step = step(new DhcpState.Checking(granted, 2, Optional.empty()), new Event.TimerDue());
    assertThat(summary(step))
        .isEqualTo("Bound Rest,CancelTimer,Remember,Apply,Announce,TellLeased");
    assertThat(granted.text()).endsWith("for ever");
  }

  @Test
  void repliesToOtherQuestionsChangeNothing() {
    Reply late = reply(XID + 1, SERVER, ADDRESS, true);
    for (DhcpState state : STATES.values()) {
      for (Event event :
          List.of(new Event.Offered(late), new Event.Acknowledged(late), new Event.Refused(late))) {
        assertThat(step(state, event)).isEqualTo(Step.stay(state));
      }
    }
  }

  @Test
  void grantsOfNothingAreNone() {
    Reply nothing = new Reply(XID, SERVER, VirtualServer.MAC, ADDRESS, new DhcpOptions(Map.of()));
    for (DhcpState state : STATES.values()) {
      assertThat(step(state, new Event.Offered(nothing))).isEqualTo(Step.stay(state));
      assertThat(step(state, new Event.Acknowledged(nothing))).isEqualTo(Step.stay(state));
    }
  }

  @Test
  void anIncompleteOfferIsTakenWhereNoBetterOneComes() {
    Reply poor = reply(XID, STRANGER, OTHER, false);
    Step first = step(state("selecting"), new Event.Offered(poor));
    assertThat(summary(first)).isEqualTo("Selecting WakeIn");
    assertThat(waits(first)).containsExactly(DhcpState.COLLECT);
    Step better = step(first.next(), new Event.Offered(REPLY));
    assertThat(question(better).server()).contains(SERVER);
    Step poorer = step(first.next(), new Event.TimerDue());
    assertThat(question(poorer).server()).contains(STRANGER);
  }

  @Test
  void theServerThatIsKnownIsPreferred() {
    DhcpState state =
        new DhcpState.Selecting(
            ATTEMPT,
            Optional.of(new Remembered(OTHER, STRANGER)),
            Optional.empty(),
            Optional.empty());
    Step first = step(state, new Event.Offered(REPLY));
    assertThat(summary(first)).isEqualTo("Selecting WakeIn");
    Step known = step(first.next(), new Event.Offered(reply(XID, STRANGER, OTHER, true)));
    assertThat(question(known).server()).contains(STRANGER);
  }

  /** RFC 2131's table 5: which of ciaddr, option 50 and option 54 each message has. */
  @Test
  void eachQuestionSaysWhatItsStateDemands() {
    assertThat(parts("init", new Event.TimerDue())).isEqualTo("DISCOVER - - - all");
    assertThat(parts("selecting", new Event.Offered(REPLY)))
        .isEqualTo("REQUEST - 192.168.1.100 192.168.1.1 all");
    assertThat(parts("init-reboot", new Event.LinkUp())).isEqualTo("REQUEST - 192.168.1.100 - all");
    assertThat(parts("bound", new Event.TimerDue()))
        .isEqualTo("REQUEST 192.168.1.100 - - 192.168.1.1");
    assertThat(parts("rebinding", new Event.TimerDue())).isEqualTo("REQUEST 192.168.1.100 - - all");
    assertThat(parts("checking", new Event.Claimed(ADDRESS, NEIGHBOUR)))
        .isEqualTo("DECLINE - 192.168.1.100 192.168.1.1 all");
    assertThat(parts("bound", new Event.Stop(true)))
        .isEqualTo("RELEASE 192.168.1.100 - 192.168.1.1 192.168.1.1");
  }

  private static String parts(String state, Event event) {
    Question question = question(step(state(state), event));
    return String.join(
        " ",
        question.type().toString(),
        text(question.ciaddr()),
        text(question.requested()),
        text(question.server()),
        question.to().map(g -> g.server().getHostAddress()).orElse("all"));
  }

  private static String text(Optional<Inet4Address> address) {
    return address.map(Inet4Address::getHostAddress).orElse("-");
  }

  @Test
  void whatWasKeptIsReadAgainOrIgnored() {
    assertThat(Remembered.parse(REMEMBERED.text())).contains(REMEMBERED);
    for (String text :
        List.of("", " ", "192.168.1.100", "a b", "::1 192.168.1.1", "0.0.0.0 192.168.1.1")) {
      assertThat(Remembered.parse(text)).isEmpty();
    }
  }
}
