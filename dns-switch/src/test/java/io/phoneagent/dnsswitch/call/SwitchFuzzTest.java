// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.call;

import static io.phoneagent.dnsswitch.call.World.ALICE;
import static io.phoneagent.dnsswitch.call.World.BOB;
import static io.phoneagent.dnsswitch.call.World.CAROL;
import static io.phoneagent.dnsswitch.call.World.FAR;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.phoneagent.PhoneNumber;
import io.phoneagent.Transport;
import io.phoneagent.flow.FlowFramer;
import io.phoneagent.flow.FlowSource;
import io.phoneagent.sip.Dialog;
import io.phoneagent.sip.ReferTo;
import io.phoneagent.sip.SipFramer;
import io.phoneagent.sip.SipLimits;
import io.phoneagent.sip.SipSession;
import io.phoneagent.sip.SipUri;
import io.phoneagent.testkit.Choices;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The whole switch in the hands of phones, a trunk and strangers, by datagrams and over
 * connections: any message, of its own making or built of what the switch has said, from any of
 * them, while true calls run. Nothing escapes, and nothing stays.
 */
final class SwitchFuzzTest {
  private static final String[] METHODS = {
    "INVITE",
    "ACK",
    "CANCEL",
    "BYE",
    "OPTIONS",
    "INFO",
    "UPDATE",
    "PRACK",
    "REFER",
    "NOTIFY",
    "REGISTER",
    "SUBSCRIBE",
    "MESSAGE"
  };
  private static final String[] FIELDS = {
    "Require: 100rel",
    "Supported: 100rel, timer, replaces, outbound, path",
    "Session-Expires: 90;refresher=uas",
    "Min-SE: 100",
    "RAck: 1 1 INVITE",
    "Refer-To: <sip:+15550000003@192.0.2.10>",
    "Refer-To: <sip:+15550000003@192.0.2.10?Replaces=x%3Bto-tag%3D1%3Bfrom-tag%3D2>",
    "Replaces: call-1@192.0.2.1;to-tag=b;from-tag=a1",
    "Event: refer",
    "Contact: <sip:evil@203.0.113.9>",
    "Contact: *",
    "Contact: <sip:evil@203.0.113.9>;+sip.instance=\"<urn:x>\";reg-id=1",
    "Path: <sip:192.0.2.7;lr>",
    "Expires: 0",
    "Expires: 60",
    "Max-Forwards: 0",
    "Record-Route: <sip:192.0.2.7;lr>",
    "Authorization: Digest username=\"+15550000002\", realm=\"phoneagent\", nonce=\"x\","
        + " uri=\"sip:192.0.2.10\", response=\"00000000000000000000000000000000\"",
    "Content-Type: application/sdp",
    "Content-Type: application/dtmf-relay"
  };
  private static final PhoneNumber[] NUMBERS = {ALICE, BOB, CAROL, FAR};
  // What goes over connections, where the other end takes any.
  private static final String LARGE = "a=rtpmap:97 some-codec-or-other/8000\r\n".repeat(40);
  private static final int MOST_STEPS = 40;

  @FuzzTest(maxDuration = "60s")
  void outlivesWhatAnybodySends(byte[] data) {
    World world = new World();
    Script script = new Script(world, data);
    for (int steps = 0; steps < MOST_STEPS && script.hasMore(); steps++) {
      script.step();
    }
    script.leave();
    assertThat(world.board.gauges())
        .containsEntry("calls", 0)
        .containsEntry("dialogs", 0)
        .containsEntry("transactions", 0);
    assertThat(world.relayPorts()).isZero();
    assertThat(world.contacts.size()).isLessThanOrEqualTo(4 * 10);
    assertThat(world.time.pendingTimers()).isLessThan(20);
  }

  private static final class Script {
    private final World world;
    private final Choices choices;
    private final AgentPhone alice;
    private final PlainEnd bob;
    private final PlainEnd carol;
    private final End stranger;
    private final List<End> ends;
    private final List<SipSession> calls = new ArrayList<>();
    private int connection;

    Script(World world, byte[] data) {
      this.world = world;
      this.choices = new Choices(data);
      alice = world.phone(ALICE);
      bob = new PlainEnd(world, BOB, world.network.host("203.0.113.66"), 5060);
      carol = new PlainEnd(world, CAROL, world.network.host("203.0.113.67"), 5060);
      stranger = world.stranger();
      ends = List.of(alice, bob, carol, world.trunk, stranger);
      world.account(BOB, Optional.of(CAROL), false);
      world.account(CAROL, Optional.of(FAR), true);
      bob.register();
      carol.register();
    }

    boolean hasMore() {
      return choices.hasMore();
    }

    private int next(int bound) {
      return choices.next(bound);
    }

    private End end() {
      return ends.get(next(ends.size()));
    }

    void step() {
      switch (next(18)) {
        case 0, 1 -> calls.add(end().call(NUMBERS[next(NUMBERS.length)]));
        case 2 -> end().answers();
        case 3 -> end().rings();
        case 4 -> end().rejects(300 + next(4) * 100 + next(100));
        case 5 -> {
          End end = end();
          new ArrayList<>(end.agent.sessions()).forEach(s -> s.offer(end.sdp()));
        }
        case 6 -> ends.forEach(e -> e.offer.ifPresent(o -> o.accept(e.sdp())));
        case 7 -> {
          ReferTo to =
              new ReferTo(
                  SipUri.of(NUMBERS[next(NUMBERS.length)].e164(), "192.0.2.10"), Optional.empty());
          end().agent.sessions().forEach(s -> s.refer(to));
        }
        case 8 -> end().agent.sessions().forEach(SipSession::hangUp);
        case 9 -> {
          int often = 1 + next(4);
          int[] count = {0};
          end().deaf = text -> ++count[0] % often == 0;
        }
        case 10 -> world.millis(100L * next(256) * (next(2) == 0 ? 1 : 10));
        case 11, 12 -> give(request());
        case 13 -> give(response());
        case 14 -> connected();
        case 15 -> end().listens();
        case 16 -> end().extraSdp = next(2) == 0 ? "" : LARGE;
        default -> give(choices.raw());
      }
      world.millis(5);
    }

    /** Everybody hears again, hangs up and is silent for longer than anything is remembered. */
    void leave() {
      for (int i = 0; i < 3; i++) {
        for (End end : ends) {
          end.deaf = text -> false;
          end.rejects(486);
          end.agent.sessions().forEach(SipSession::hangUp);
        }
        world.millis(400_000);
      }
    }

    /** A request of anybody, within one of the dialogs that there are or without. */
    private byte[] request() {
      String method = METHODS[next(METHODS.length)];
      String number = NUMBERS[next(NUMBERS.length)].e164();
      StringBuilder text = new StringBuilder(method + " sip:" + number + "@192.0.2.10 SIP/2.0\r\n");
      text.append("Via: SIP/2.0/UDP 203.0.113.9;branch=z9hG4bK").append(next(6)).append("\r\n");
      List<Dialog> dialogs = new ArrayList<>();
      ends.forEach(e -> e.agent.sessions().forEach(s -> s.dialog().ifPresent(dialogs::add)));
      if (dialogs.isEmpty() || next(3) == 0) {
        String from = NUMBERS[next(NUMBERS.length)].e164();
        text.append("From: <sip:").append(from).append("@192.0.2.10>;tag=a1\r\nTo: <sip:");
        text.append(number).append("@192.0.2.10>\r\nCall-ID: call-").append(next(3)).append("\r\n");
      } else {
        Dialog dialog = dialogs.get(next(dialogs.size()));
        text.append("From: ").append(dialog.local()).append("\r\nTo: ").append(dialog.remote());
        text.append("\r\nCall-ID: ").append(dialog.id().callId()).append("\r\n");
      }
      text.append("CSeq: ").append(1 + next(12)).append(' ').append(method).append("\r\n");
      return rest(text);
    }

    /** An answer to what the switch has asked one of them, which another one may give. */
    private byte[] response() {
      List<String> asked = end().received.stream().filter(t -> !t.startsWith("SIP/2.0")).toList();
      if (asked.isEmpty()) {
        return new byte[0];
      }
      StringBuilder text = new StringBuilder("SIP/2.0 " + (100 + next(250) * 2) + " x\r\n");
      asked
          .get(next(asked.size()))
          .lines()
          .filter(l -> l.matches("(Via|From|To|Call-ID|CSeq): .*"))
          .map(l -> l.startsWith("To: ") && !l.contains(";tag=") ? l + ";tag=" + next(3) : l)
          .forEach(l -> text.append(l).append("\r\n"));
      return rest(text);
    }

    private byte[] rest(StringBuilder text) {
      for (int fields = next(4); fields > 0; fields--) {
        text.append(FIELDS[next(FIELDS.length)]).append("\r\n");
      }
      String body =
          switch (next(3)) {
            case 0 -> "";
            case 1 -> new String(bob.sdp(), StandardCharsets.UTF_8);
            default -> "Signal=5\r\n";
          };
      text.append("Content-Length: ").append(body.length()).append("\r\n\r\n").append(body);
      return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private void give(byte[] message) {
      end().socket.send(ByteBuffer.wrap(message), world.address());
    }

    /** A connection that brings some of it, in pieces, and is gone. */
    private void connected() {
      FlowSource source =
          new FlowSource(
              next(2) == 0 ? Transport.TCP : Transport.TLS,
              new InetSocketAddress(end().host.address(), 40_000 + next(3)),
              ++connection);
      SipFramer sip = new SipFramer(SipLimits.defaults(), FlowFramer::begins, () -> {});
      FlowFramer framer =
          new FlowFramer(
              message -> world.flows.received(message, source),
              octets -> sip.receive(octets, message -> world.board.received(message, source)));
      for (int messages = next(3); messages >= 0; messages--) {
        byte[] octets = next(4) == 0 ? choices.raw() : next(2) == 0 ? request() : response();
        int cut = octets.length == 0 ? 0 : next(octets.length);
        if (!framer.receive(ByteBuffer.wrap(octets, 0, cut))
            || !framer.receive(ByteBuffer.wrap(octets, cut, octets.length - cut))) {
          break;
        }
        world.millis(next(2) * 500L);
      }
      world.flows.closed(source);
      world.board.closed(source);
    }
  }
}
